package org.dfile.actors;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.dfile.store.FileStore;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeUsage;
import org.jspecify.annotations.Nullable;

/**
 * The files of one host: sends each request to the actor of its file; starts, passivates and forgets those actors. Holds
 * no file's state, so there is nothing to lose: a file's actor that crashed is started again by the next request.
 *
 * <pre>
 *   READY --Kill, Stop--> STOPPING --files finished, volume closed--> (answers Kill; the process leaves)
 *     \--the volume is poisoned--> FAILED (refuses everything; the process leaves)
 * </pre>
 *
 * <p>Limits: open files, bytes in flight, requests held for a file that is closing; beyond each the answer is {@link
 * Failure.Busy}. A request by an older host list gets ours; one by a newer list, which this node cannot know yet, is
 * refused as busy and not executed.
 */
public final class FileServerActor extends AbstractBehavior<NodeRequest> {

    private record FileGone(FileName name) implements FileServerMessage {}

    private record UsageKnown(VolumeUsage usage) implements FileServerMessage {}

    private record UsageUnknown(Throwable error) implements FileServerMessage {}

    private record VolumeClosed(String failure) implements FileServerMessage {}

    private enum StopTimeout implements FileServerMessage {
        INSTANCE
    }

    /** What there is for a file name. */
    private sealed interface Place permits Running, Closing {}

    private record Running(ActorRef<FileMessage> file, InFlightBytes.Account account) implements Place {}

    /** The actor was asked to leave; until it has left or stays, requests are held in order. */
    private record Closing(Running running, List<FileRequest> held) implements Place {}

    /** Status questions that may wait for figures from the volume. */
    private static final int MAX_WAITING_FOR_USAGE = 64;

    private final FileServerSettings settings;
    private final NodeDesk desk;
    private final Placement placement;
    private final FileStore store;
    private final NodeHooks hooks;
    private final Executor io;
    private final TimerScheduler<NodeRequest> timers;
    private final FileEnvironment environment;
    private final Listings listings;
    private final InFlightBytes inFlight;
    private final InFlightBytes.Account heldBytes;

    /** Least recently used first. */
    private final Map<FileName, Place> places = new LinkedHashMap<>(16, 0.75f, true);

    private final List<ActorRef<AdminReply>> killers = new ArrayList<>();
    private final List<ActorRef<FileServerMessage.Stopped>> stoppers = new ArrayList<>();
    private final List<ActorRef<AdminReply>> waitingForUsage = new ArrayList<>();
    private NodeState state = NodeState.READY;
    private long filesStarted;
    private boolean closing;
    private FileServerMessage.@Nullable Stopped stopped;
    private VolumeUsage usage = new VolumeUsage(0, 0, 0, 0);
    private long usageAtNanos;
    private boolean usageAsked;
    private String lastError = "";

    private FileServerActor(
            ActorContext<NodeRequest> context,
            TimerScheduler<NodeRequest> timers,
            FileServerSettings settings,
            NodeDesk desk,
            Placement placement,
            FileStore store,
            NodeHooks hooks) {
        super(context);
        this.timers = timers;
        this.settings = settings;
        this.desk = desk;
        this.placement = placement;
        this.store = store;
        this.hooks = hooks;
        this.io = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig("dfile.io-dispatcher"));
        ActorRef<FileServerMessage> self = context.getSelf().narrow();
        this.environment = new FileEnvironment(settings, desk.self(), store, io, InstantSource.system(), self);
        this.listings = new Listings(settings, desk.self(), store, io, self);
        this.inFlight = new InFlightBytes(settings.maxBytesInFlight());
        this.heldBytes = inFlight.open();
        this.usageAtNanos = System.nanoTime() - settings.usageMaxAge().toNanos();
    }

    /**
     * Returns the behaviour of a node that serves files.
     *
     * @param placement of the host list that this node has
     * @param store opened; the actor closes it when it is told to stop
     * @param adminToken what a {@code Kill} must carry
     */
    public static Behavior<NodeRequest> create(
            FileServerSettings settings,
            NodeInfo node,
            Placement placement,
            FileStore store,
            String adminToken,
            NodeHooks hooks) {
        NodeDesk desk = new NodeDesk(node, placement.list(), new AdminToken(adminToken));
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new FileServerActor(context, timers, settings, desk, placement, store, hooks)));
    }

    @Override
    public Receive<NodeRequest> createReceive() {
        return newReceiveBuilder()
                .onMessage(FileRequest.class, this::onFileRequest)
                .onMessage(ListRequest.class, this::onListRequest)
                .onMessage(AdminRequest.Hello.class, this::onHello)
                .onMessage(AdminRequest.GetStatus.class, this::onGetStatus)
                .onMessage(AdminRequest.Kill.class, this::onKill)
                .onMessage(FileServerMessage.Stop.class, this::onStop)
                .onMessage(FileServerMessage.Passivate.class, this::onPassivate)
                .onMessage(FileServerMessage.StayOpen.class, this::onStayOpen)
                .onMessage(FileServerMessage.Trouble.class, this::onTrouble)
                .onMessage(FileServerMessage.VolumePoisoned.class, this::onVolumePoisoned)
                .onMessage(FileGone.class, this::onFileGone)
                .onMessage(UsageKnown.class, this::onUsageKnown)
                .onMessage(UsageUnknown.class, this::onUsageUnknown)
                .onMessage(VolumeClosed.class, this::onVolumeClosed)
                .onMessage(StopTimeout.class, this::onStopTimeout)
                .build();
    }

    // -- requests

    private Behavior<NodeRequest> onFileRequest(FileRequest request) {
        if (state != NodeState.READY) {
            refuse(request, leaving());
        } else if (!request.list().equals(desk.list().id())) {
            refuse(request, otherList(request.list()));
        } else {
            Place place = places.get(request.name());
            if (place instanceof Running running) {
                forward(running, request);
            } else if (place instanceof Closing closing) {
                hold(closing, request);
            } else {
                open(request);
            }
        }
        return this;
    }

    private void forward(Running running, FileRequest request) {
        if (running.account().tryAcquire(InFlightBytes.of(request))) {
            running.file().tell(new Accepted(request, running.account()));
        } else {
            refuse(request, new Failure.Busy("bytes in flight on host " + desk.self(), inFlight.limit()));
        }
    }

    private void hold(Closing closing, FileRequest request) {
        int limit = settings.maxWaitingPerFile();
        if (closing.held().size() >= limit) {
            refuse(request, new Failure.Busy("requests for " + request.name() + " while it is reopened", limit));
        } else if (!heldBytes.tryAcquire(InFlightBytes.of(request))) {
            refuse(request, new Failure.Busy("bytes in flight on host " + desk.self(), inFlight.limit()));
        } else {
            closing.held().add(request);
        }
    }

    private void open(FileRequest request) {
        FileName name = request.name();
        boolean ours =
                placement.replicasOf(name).stream().anyMatch(host -> host.id().equals(desk.self()));
        if (!ours) {
            refuse(request, new Failure.NotAReplica(name, desk.self()));
            return;
        }
        makeRoom();
        if (places.size() >= settings.maxOpenFiles()) {
            refuse(request, new Failure.Busy("open files on host " + desk.self(), settings.maxOpenFiles()));
        } else {
            forward(start(name), request);
        }
    }

    private Running start(FileName name) {
        filesStarted++; // names may be long and hold any character, so actors are numbered
        ActorRef<FileMessage> file =
                getContext().spawn(OpenFileActor.create(name, environment), "file-" + filesStarted);
        getContext().watchWith(file, new FileGone(name));
        Running running = new Running(file, inFlight.open());
        places.put(name, running);
        return running;
    }

    /** Near the limit of open files each new one asks the idlest to leave. */
    private void makeRoom() {
        if (places.size() < settings.maxOpenFiles() - settings.maxOpenFiles() / 8) {
            return;
        }
        for (Map.Entry<FileName, Place> idlest : places.entrySet()) {
            if (idlest.getValue() instanceof Running running) {
                idlest.setValue(close(running));
                return;
            }
        }
    }

    private static Closing close(Running running) {
        running.file().tell(FileMessage.Passivated.INSTANCE);
        return new Closing(running, new ArrayList<>());
    }

    private Behavior<NodeRequest> onListRequest(ListRequest request) {
        if (state != NodeState.READY) {
            request.replyTo().tell(new ListReply.ListFailed(request.id(), leaving()));
        } else if (!request.list().equals(desk.list().id())) {
            request.replyTo().tell(new ListReply.ListFailed(request.id(), otherList(request.list())));
        } else {
            listings.start(request);
        }
        return this;
    }

    private static void refuse(FileRequest request, Failure failure) {
        request.replyTo().tell(new FileReply.Failed(request.id(), failure));
    }

    private Failure leaving() {
        return state == NodeState.FAILED
                ? new Failure.StorageFailed(desk.self(), lastError)
                : new Failure.ShuttingDown(desk.self());
    }

    private Failure otherList(ListId theirs) {
        HostList ours = desk.list();
        if (!theirs.cluster().equals(ours.cluster())) {
            return new Failure.ForeignCluster(desk.self(), ours.cluster());
        }
        return theirs.version() < ours.version()
                ? new Failure.StaleHostList(ours)
                : new Failure.Busy(
                        "host " + desk.self() + ", which has yet to learn host list " + theirs.version(),
                        ours.version());
    }

    // -- files

    private Behavior<NodeRequest> onPassivate(FileServerMessage.Passivate passivate) {
        if (state == NodeState.READY && places.get(passivate.name()) instanceof Running running) {
            places.put(passivate.name(), close(running));
        }
        return this;
    }

    private Behavior<NodeRequest> onStayOpen(FileServerMessage.StayOpen stay) {
        if (places.get(stay.name()) instanceof Closing closing) {
            places.put(stay.name(), closing.running());
            passOn(closing.held(), stay.name());
        }
        return this;
    }

    private Behavior<NodeRequest> onFileGone(FileGone gone) {
        Place place = places.remove(gone.name());
        if (place instanceof Running running) {
            running.account().close();
        } else if (place instanceof Closing closing) {
            closing.running().account().close();
            passOn(closing.held(), gone.name());
        }
        closeVolumeIfDone();
        return this;
    }

    /** Requests that were held are taken as if they came now. */
    private void passOn(List<FileRequest> held, FileName name) {
        for (FileRequest request : held) {
            heldBytes.release(InFlightBytes.of(request));
            onFileRequest(request);
        }
        if (state == NodeState.STOPPING && places.get(name) instanceof Running running) {
            running.file().tell(FileMessage.Finish.INSTANCE);
        }
    }

    private Behavior<NodeRequest> onTrouble(FileServerMessage.Trouble trouble) {
        lastError = trouble.detail();
        getContext().getLog().error("{}", trouble.detail());
        return this;
    }

    private Behavior<NodeRequest> onVolumePoisoned(FileServerMessage.VolumePoisoned poisoned) {
        if (state != NodeState.FAILED) {
            state = NodeState.FAILED;
            lastError = poisoned.detail();
            getContext().getLog().error("the volume is poisoned, the node leaves: {}", poisoned.detail());
            AdminReply failed = new AdminReply.AdminFailed(leaving());
            killers.forEach(killer -> killer.tell(failed));
            killers.clear();
            finished(new FileServerMessage.Stopped(poisoned.detail()));
            hooks.storageFailed(poisoned.detail());
        }
        return this;
    }

    // -- administration

    private Behavior<NodeRequest> onHello(AdminRequest.Hello hello) {
        hello.replyTo().tell(desk.welcome());
        return this;
    }

    private Behavior<NodeRequest> onGetStatus(AdminRequest.GetStatus get) {
        boolean fresh =
                System.nanoTime() - usageAtNanos < settings.usageMaxAge().toNanos();
        if (fresh || closing || state == NodeState.FAILED || waitingForUsage.size() >= MAX_WAITING_FOR_USAGE) {
            get.replyTo().tell(status(lastError));
            return this;
        }
        waitingForUsage.add(get.replyTo());
        if (!usageAsked) {
            usageAsked = true;
            getContext()
                    .pipeToSelf(
                            CompletableFuture.supplyAsync(store::usage, io)
                                    .orTimeout(settings.usageTimeout().toNanos(), TimeUnit.NANOSECONDS),
                            (known, error) -> error == null ? new UsageKnown(known) : new UsageUnknown(error));
        }
        return this;
    }

    private AdminReply status(String error) {
        return desk.status(state, usage, places.size(), error);
    }

    private Behavior<NodeRequest> onUsageKnown(UsageKnown known) {
        usage = known.usage();
        usageAtNanos = System.nanoTime();
        return answerWaitingForUsage(lastError);
    }

    private Behavior<NodeRequest> onUsageUnknown(UsageUnknown unknown) {
        return answerWaitingForUsage("figures are old, the volume did not tell newer ones: "
                + StoreFailures.detail(StoreFailures.cause(unknown.error())));
    }

    private Behavior<NodeRequest> answerWaitingForUsage(String error) {
        usageAsked = false;
        waitingForUsage.forEach(replyTo -> replyTo.tell(status(error)));
        waitingForUsage.clear();
        return this;
    }

    // -- stopping

    private Behavior<NodeRequest> onKill(AdminRequest.Kill kill) {
        if (!desk.authorises(kill)) {
            kill.replyTo().tell(desk.notAuthorised());
        } else if (state == NodeState.FAILED) {
            kill.replyTo().tell(new AdminReply.AdminFailed(leaving()));
        } else if (stopped != null) {
            kill.replyTo().tell(killed(stopped));
        } else {
            killers.add(kill.replyTo());
            startStopping();
        }
        return this;
    }

    private AdminReply killed(FileServerMessage.Stopped result) {
        return result.failure().isEmpty()
                ? new AdminReply.Killed(desk.self())
                : new AdminReply.AdminFailed(new Failure.StorageFailed(desk.self(), result.failure()));
    }

    private Behavior<NodeRequest> onStop(FileServerMessage.Stop stop) {
        if (stopped != null) {
            stop.replyTo().tell(stopped);
        } else {
            stoppers.add(stop.replyTo());
            startStopping();
        }
        return this;
    }

    private void startStopping() {
        if (state == NodeState.READY) {
            state = NodeState.STOPPING;
            timers.startSingleTimer(StopTimeout.INSTANCE, settings.stopTimeout());
            for (Place place : places.values()) {
                if (place instanceof Running running) {
                    running.file().tell(FileMessage.Finish.INSTANCE);
                }
            }
            closeVolumeIfDone();
        }
    }

    private Behavior<NodeRequest> onStopTimeout(StopTimeout timeout) {
        if (!closing && state == NodeState.STOPPING) {
            lastError = places.size() + " files did not finish within " + settings.stopTimeout();
            getContext().getLog().warn("{}; the volume is closed all the same", lastError);
            closeVolume();
        }
        return this;
    }

    private void closeVolumeIfDone() {
        if (state == NodeState.STOPPING && places.isEmpty() && !closing) {
            closeVolume();
        }
    }

    private void closeVolume() {
        closing = true;
        timers.cancelAll();
        getContext()
                .pipeToSelf(
                        CompletableFuture.runAsync(this::closeStore, io),
                        (done, error) -> new VolumeClosed(
                                error == null ? "" : StoreFailures.detail(StoreFailures.cause(error))));
    }

    private void closeStore() {
        try {
            store.close();
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    private Behavior<NodeRequest> onVolumeClosed(VolumeClosed closed) {
        if (!closed.failure().isEmpty()) {
            lastError = closed.failure();
            getContext().getLog().error("closing the volume: {}", closed.failure());
        }
        boolean killedByMessage = !killers.isEmpty();
        FileServerMessage.Stopped result = new FileServerMessage.Stopped(closed.failure());
        killers.forEach(killer -> killer.tell(killed(result)));
        killers.clear();
        finished(result);
        if (!closed.failure().isEmpty()) {
            state = NodeState.FAILED;
            hooks.storageFailed(closed.failure());
        } else if (killedByMessage) {
            hooks.killed();
        }
        return this;
    }

    private void finished(FileServerMessage.Stopped result) {
        stopped = result;
        stoppers.forEach(stopper -> stopper.tell(result));
        stoppers.clear();
    }
}
