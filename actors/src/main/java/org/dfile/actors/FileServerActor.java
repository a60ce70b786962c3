package org.dfile.actors;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.model.Failure;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.dfile.store.FileStore;
import org.dfile.store.PoisonedException;
import org.dfile.store.StoreException;

/**
 * The files of one host: sends each request to the actor of its file; starts, passivates and forgets those actors. Holds
 * no file's state, so there is nothing to lose: a file's actor that crashed is started again by the next request.
 *
 * <pre>
 *   READY --Kill, Stop--> STOPPING --files finished, volume closed--> (answers Kill; the process leaves)
 *     \--the volume is poisoned--> FAILED (refuses everything) --files have told their clients--> (the process leaves)
 * </pre>
 *
 * <p>Limits: open files, bytes in flight, requests held for a file that is closing; beyond each the answer is {@link
 * Failure.Busy}. A request by an older host list gets ours; one by a newer list, which this node cannot know yet, is
 * refused as busy and not executed.
 */
public final class FileServerActor extends AbstractBehavior<NodeRequest> {

    private record VolumeClosed(String failure) implements FileServerMessage {}

    private record ScrubRequested(ActorRef<AdminReply> replyTo) implements FileServerMessage {}

    private record ScrubNotRequested(ActorRef<AdminReply> replyTo, Throwable error) implements FileServerMessage {}

    private enum StopTimeout implements FileServerMessage {
        INSTANCE
    }

    private final FileServerSettings settings;
    private final NodeDesk desk;
    private final FileStore store;
    private final NodeHooks hooks;
    private final Executor io;
    private final TimerScheduler<NodeRequest> timers;
    private final OpenFiles files;
    private final Listings listings;
    private final VolumeFigures figures;
    private final Farewells farewells;
    private NodeState state = NodeState.READY;
    private boolean closing;
    private String poison = "";
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
        this.store = store;
        this.hooks = hooks;
        this.io = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig("dfile.io-dispatcher"));
        ActorRef<FileServerMessage> self = context.getSelf().narrow();
        FileEnvironment environment =
                new FileEnvironment(settings, desk.self(), store, io, InstantSource.system(), self);
        this.files = new OpenFiles(context, environment, placement, this::take);
        this.listings = new Listings(settings, desk.self(), store, io, self);
        this.farewells = new Farewells(desk.self());
        this.figures = new VolumeFigures(context, settings, store, io, this::status);
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
                .onMessage(AdminRequest.StartScrub.class, this::onStartScrub)
                .onMessage(AdminRequest.Kill.class, this::onKill)
                .onMessage(FileServerMessage.Stop.class, this::onStop)
                .onMessage(FileServerMessage.Passivate.class, this::onPassivate)
                .onMessage(FileServerMessage.StayOpen.class, this::onStayOpen)
                .onMessage(FileServerMessage.Trouble.class, this::onTrouble)
                .onMessage(FileServerMessage.VolumePoisoned.class, this::onVolumePoisoned)
                .onMessage(OpenFiles.Gone.class, this::onFileGone)
                .onMessage(VolumeFigures.Known.class, this::onFiguresKnown)
                .onMessage(VolumeFigures.Unknown.class, this::onFiguresUnknown)
                .onMessage(ScrubRequested.class, this::onScrubRequested)
                .onMessage(ScrubNotRequested.class, this::onScrubNotRequested)
                .onMessage(VolumeClosed.class, this::onVolumeClosed)
                .onMessage(StopTimeout.class, this::onStopTimeout)
                .build();
    }

    // -- requests

    private Behavior<NodeRequest> onFileRequest(FileRequest request) {
        take(request);
        return this;
    }

    private void take(FileRequest request) {
        if (state != NodeState.READY) {
            OpenFiles.refuse(request, leaving());
        } else if (!request.list().equals(desk.list().id())) {
            OpenFiles.refuse(request, otherList(request.list()));
        } else {
            files.take(request);
        }
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
        if (state == NodeState.READY) {
            files.passivate(passivate.name());
        }
        return this;
    }

    private Behavior<NodeRequest> onStayOpen(FileServerMessage.StayOpen stay) {
        files.stayOpen(stay.name());
        if (state != NodeState.READY) {
            files.finish(stay.name());
        }
        return this;
    }

    private Behavior<NodeRequest> onFileGone(OpenFiles.Gone gone) {
        files.gone(gone.name());
        leaveIfDone();
        return this;
    }

    private Behavior<NodeRequest> onTrouble(FileServerMessage.Trouble trouble) {
        lastError = trouble.detail();
        getContext().getLog().error("{}", trouble.detail());
        return this;
    }

    /** Files may tell their clients first; then the node leaves, without touching the volume again (I12). */
    private Behavior<NodeRequest> onVolumePoisoned(FileServerMessage.VolumePoisoned poisoned) {
        if (state != NodeState.FAILED) {
            state = NodeState.FAILED;
            poison = poisoned.detail();
            lastError = poison;
            getContext().getLog().error("the volume is poisoned, the node leaves: {}", poison);
            timers.startSingleTimer(StopTimeout.INSTANCE, settings.stopTimeout());
            files.finishAll();
            leaveIfDone();
        }
        return this;
    }

    // -- administration

    private Behavior<NodeRequest> onHello(AdminRequest.Hello hello) {
        hello.replyTo().tell(desk.welcome(hello));
        return this;
    }

    private Behavior<NodeRequest> onGetStatus(AdminRequest.GetStatus get) {
        Optional<AdminReply> otherProtocol = desk.otherProtocol(get.protocol());
        if (otherProtocol.isPresent()) {
            get.replyTo().tell(otherProtocol.get());
        } else if (closing || state == NodeState.FAILED) {
            figures.tellLatest(get.replyTo());
        } else {
            figures.tell(get.replyTo());
        }
        return this;
    }

    private AdminReply status(VolumeFigures.Figures of, String whyOld) {
        return desk.status(state, of, files.count(), whyOld.isEmpty() ? lastError : whyOld);
    }

    private Behavior<NodeRequest> onFiguresKnown(VolumeFigures.Known known) {
        figures.onKnown(known);
        return this;
    }

    private Behavior<NodeRequest> onFiguresUnknown(VolumeFigures.Unknown unknown) {
        figures.onUnknown(unknown);
        return this;
    }

    private Behavior<NodeRequest> onStartScrub(AdminRequest.StartScrub start) {
        if (!desk.authorises(start.token())) {
            start.replyTo().tell(desk.notAuthorised("StartScrub"));
        } else if (state != NodeState.READY) {
            start.replyTo().tell(new AdminReply.AdminFailed(leaving()));
        } else {
            getContext()
                    .pipeToSelf(
                            CompletableFuture.runAsync(this::startScrub, io),
                            (done, error) -> error == null
                                    ? new ScrubRequested(start.replyTo())
                                    : new ScrubNotRequested(start.replyTo(), StoreFailures.cause(error)));
        }
        return this;
    }

    private void startScrub() {
        try {
            store.startScrub();
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }

    private Behavior<NodeRequest> onScrubRequested(ScrubRequested requested) {
        figures.outdate(); // who asks next must not hear that no scrub is under way
        requested.replyTo().tell(new AdminReply.ScrubStarted(desk.self()));
        return this;
    }

    private Behavior<NodeRequest> onScrubNotRequested(ScrubNotRequested failed) {
        String detail = StoreFailures.detail(failed.error());
        failed.replyTo().tell(new AdminReply.AdminFailed(new Failure.StorageFailed(desk.self(), detail)));
        return failed.error() instanceof PoisonedException
                ? onVolumePoisoned(new FileServerMessage.VolumePoisoned(detail))
                : onTrouble(new FileServerMessage.Trouble("starting a scrub: " + detail));
    }

    // -- stopping

    private Behavior<NodeRequest> onKill(AdminRequest.Kill kill) {
        if (desk.authorises(kill.token())) {
            farewells.addKiller(kill.replyTo());
            startStopping();
        } else {
            kill.replyTo().tell(desk.notAuthorised("Kill"));
        }
        return this;
    }

    private Behavior<NodeRequest> onStop(FileServerMessage.Stop stop) {
        farewells.addStopper(stop.replyTo());
        startStopping();
        return this;
    }

    private void startStopping() {
        if (state == NodeState.READY) {
            state = NodeState.STOPPING;
            timers.startSingleTimer(StopTimeout.INSTANCE, settings.stopTimeout());
            files.finishAll();
            leaveIfDone();
        }
    }

    private Behavior<NodeRequest> onStopTimeout(StopTimeout timeout) {
        String late = files.count() + " files did not finish within " + settings.stopTimeout();
        if (state == NodeState.FAILED) {
            getContext().getLog().warn("{}; the node leaves all the same", late);
            leaveAsFailed();
        } else if (!closing) {
            lastError = late;
            getContext().getLog().warn("{}; the volume is closed all the same", late);
            closeVolume();
        }
        return this;
    }

    private void leaveIfDone() {
        if (files.count() == 0 && state == NodeState.FAILED) {
            leaveAsFailed();
        } else if (files.count() == 0 && state == NodeState.STOPPING && !closing) {
            closeVolume();
        }
    }

    private void leaveAsFailed() {
        if (!farewells.done()) {
            farewells.stopped(poison);
            hooks.storageFailed(poison);
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
        if (!closed.failure().isEmpty()) {
            state = NodeState.FAILED;
            poison = closed.failure();
            leaveAsFailed();
        } else if (farewells.stopped("")) {
            hooks.killed();
        }
        return this;
    }
}
