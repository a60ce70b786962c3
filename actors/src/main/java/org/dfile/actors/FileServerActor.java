package org.dfile.actors;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.transfer.TransferSource;
import org.dfile.model.Failure;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.FileMark;
import org.dfile.store.LocalStore;
import org.dfile.store.PoisonedException;

/**
 * The files of one host: sends each request to the actor of its file; starts, passivates and forgets those actors. Holds
 * no file's state, so there is nothing to lose: a file's actor that crashed is started again by the next request.
 * How it leaves is the affair of its {@link NodeLife}.
 *
 * <p>Limits: open files, bytes in flight, requests held for a file that is closing; beyond each the answer is {@link
 * Failure.Busy}. A request by an older host list gets ours; one by a newer list, which this node cannot know yet, is
 * refused as busy and not executed.
 */
public final class FileServerActor extends AbstractBehavior<NodeRequest> {

    /** It is time to look what is damaged. */
    private enum DamageLook implements FileServerMessage {
        INSTANCE
    }

    private final NodeDesk desk;
    private final FileEnvironment environment;
    private final Neighbours neighbours;
    private final TransferSource transfers;
    private final Reopenings reopenings;
    private final OpenFiles files;
    private final Listings listings;
    private final DamageRepairs repairs;
    private final NodeLife life;
    private final Administration administration;

    private FileServerActor(
            ActorContext<NodeRequest> context,
            TimerScheduler<NodeRequest> timers,
            FileServerSettings settings,
            NodeDesk desk,
            Supplier<Placement> placement,
            LocalStore store,
            NodeHooks hooks,
            Neighbours neighbours) {
        super(context);
        this.desk = desk;
        this.neighbours = neighbours;
        Executor io = context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig("dfile.io-dispatcher"));
        ActorRef<FileServerMessage> self = context.getSelf().narrow();
        this.environment = new FileEnvironment(
                settings,
                desk.self(),
                placement,
                store,
                io,
                InstantSource.system(),
                self,
                neighbours.roles(),
                neighbours.slots(),
                neighbours.links(),
                new AheadWindow(settings.maxAheadBytesPerHost(), settings.aheadProbeInterval()),
                neighbours.transfers(),
                new MemoryLimit(neighbours.transfers().maxFetchBytes()));
        this.files = new OpenFiles(context, environment, context.getSelf()::tell);
        this.reopenings = new Reopenings(files);
        this.transfers = new TransferSource(
                neighbours.transfers(), store, io, context.getSystem(), error -> self.tell(troubleOf(error)));
        this.listings = new Listings(settings, desk.self(), store, io, self);
        this.repairs = new DamageRepairs(context, environment, files);
        this.life = new NodeLife(context, timers, environment, hooks, neighbours, files, transfers);
        this.administration = new Administration(context, environment, desk, life, files);
        timers.startTimerWithFixedDelay(DamageLook.INSTANCE, settings.damage().lookInterval());
    }

    /**
     * Returns the behaviour of a node that serves files.
     *
     * @param placement of the host list that this node has now
     * @param store opened; the actor closes it when it is told to stop
     * @param adminToken what a {@code Kill} must carry
     * @param neighbours the slots are told to begin, and to leave before the volume is closed
     */
    public static Behavior<NodeRequest> create(
            FileServerSettings settings,
            NodeInfo node,
            Supplier<Placement> placement,
            LocalStore store,
            String adminToken,
            NodeHooks hooks,
            Neighbours neighbours) {
        NodeDesk desk = new NodeDesk(node, placement, new AdminToken(adminToken));
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new FileServerActor(context, timers, settings, desk, placement, store, hooks, neighbours)));
    }

    @Override
    public Receive<NodeRequest> createReceive() {
        return newReceiveBuilder()
                .onMessage(FileRequest.class, request -> onFileRequest(request, false))
                .onMessage(FileServerMessage.Forwarded.class, forwarded -> onFileRequest(forwarded.request(), true))
                .onMessage(FilePeerMessage.class, this::onPeerMessage)
                .onMessage(ListRequest.class, this::onListRequest)
                .onMessage(AdminRequest.Hello.class, hello -> run(() -> administration.on(hello)))
                .onMessage(AdminRequest.GetStatus.class, get -> run(() -> administration.on(get)))
                .onMessage(VolumeFigures.Known.class, known -> run(() -> administration.on(known)))
                .onMessage(VolumeFigures.Unknown.class, unknown -> run(() -> administration.on(unknown)))
                .onMessage(AdminRequest.StartScrub.class, start -> run(() -> administration.on(start)))
                .onMessage(ScrubRequests.Started.class, started -> run(() -> administration.on(started)))
                .onMessage(ScrubRequests.NotStarted.class, failed -> run(() -> administration.on(failed)))
                .onMessage(AdminRequest.Kill.class, kill -> run(() -> administration.on(kill)))
                .onMessage(FileServerMessage.Stop.class, stop -> run(() -> life.stop(stop.replyTo())))
                .onMessage(FileServerMessage.Passivate.class, this::onPassivate)
                .onMessage(FileServerMessage.StayOpen.class, this::onStayOpen)
                .onMessage(OpenFiles.Gone.class, this::onFileGone)
                .onMessage(FileServerMessage.Trouble.class, trouble -> run(() -> life.trouble(trouble.detail())))
                .onMessage(FileServerMessage.VolumePoisoned.class, poison -> run(() -> life.poisoned(poison.detail())))
                .onMessage(FileServerMessage.Diverged.class, this::onDiverged)
                .onMessage(
                        FileServerMessage.RolesChanged.class, changed -> run(() -> files.roleChanged(changed.slots())))
                .onMessage(FileServerMessage.Reopen.class, reopen -> run(() -> reopenings.begin(reopen)))
                .onMessage(
                        FileServerMessage.Purged.class,
                        purged -> run(() -> purged.names().forEach(files::reopen)))
                .onMessage(DamageLook.class, look -> repair(repairs::look))
                .onMessage(DamageRepairs.Listed.class, listed -> repair(() -> repairs.onListed(listed)))
                .onMessage(DamageRepairs.NotListed.class, failed -> repair(() -> repairs.onNotListed(failed)))
                .onMessage(DamageRepairs.Examined.class, examined -> repair(() -> repairs.onExamined(examined)))
                .onMessage(FileServerMessage.RepairEnded.class, ended -> repair(() -> repairs.onEnded(ended)))
                .onMessage(NodeLife.VolumeClosed.class, closed -> run(() -> life.onVolumeClosed(closed)))
                .onMessage(NodeLife.StopTimeout.class, timeout -> run(life::onStopTimeout))
                .build();
    }

    private Behavior<NodeRequest> run(Runnable action) {
        action.run();
        return this;
    }

    /** A node that leaves repairs nothing any more. */
    private Behavior<NodeRequest> repair(Runnable action) {
        return life.isReady() ? run(action) : this;
    }

    private static FileServerMessage troubleOf(Exception error) {
        String detail = StoreFailures.detail(error);
        return error instanceof PoisonedException
                ? new FileServerMessage.VolumePoisoned(detail)
                : new FileServerMessage.Trouble("giving a state to another host: " + detail);
    }

    // -- requests

    private Behavior<NodeRequest> onFileRequest(FileRequest request, boolean forwarded) {
        if (!life.isReady()) {
            OpenFiles.refuse(request, life.leaving());
        } else if (!request.list().equals(desk.list().id())) {
            OpenFiles.refuse(request, otherList(request.list()));
        } else if (ReservedChanges.refuses(request)) {
            OpenFiles.refuse(request, new Failure.ReservedName(request.name()));
        } else if (!forwarded && !mayBeReadHere(request) && leader(request) instanceof SlotRoles.Following following) {
            neighbours.links().forward(following.leader(), request);
        } else {
            files.take(request, forwarded);
        }
        return this;
    }

    private SlotRoles.Role leader(FileRequest request) {
        return neighbours.roles().of(request.name().slot());
    }

    private static boolean mayBeReadHere(FileRequest request) {
        return request instanceof FileRequest.Read || request instanceof FileRequest.Stat;
    }

    /** While the node leaves, replicas still bring to an end what was begun. */
    private Behavior<NodeRequest> onPeerMessage(FilePeerMessage message) {
        if (life.isVolumeGone() || !message.list().equals(desk.list().id())) {
            return this; // said again, by who has our list
        }
        if (!transfers.take(message)) {
            files.take(message, life.isReady());
        }
        return this;
    }

    private Behavior<NodeRequest> onListRequest(ListRequest request) {
        if (!life.isReady()) {
            request.replyTo().tell(new ListReply.ListFailed(request.id(), life.leaving()));
        } else if (!request.list().equals(desk.list().id())) {
            request.replyTo().tell(new ListReply.ListFailed(request.id(), otherList(request.list())));
        } else {
            listings.start(request);
        }
        return this;
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
        if (life.isReady()) {
            files.passivate(passivate.name());
        }
        return this;
    }

    private Behavior<NodeRequest> onStayOpen(FileServerMessage.StayOpen stay) {
        files.stayOpen(stay.name());
        if (!life.isReady()) {
            files.finish(stay.name());
        }
        return this;
    }

    private Behavior<NodeRequest> onFileGone(OpenFiles.Gone gone) {
        files.gone(gone.name());
        reopenings.gone(gone.name());
        life.leaveIfDone();
        return repair(() -> repairs.gone(gone.name()));
    }

    /** I18: the mark holds after a restart too. */
    private Behavior<NodeRequest> onDiverged(FileServerMessage.Diverged diverged) {
        life.trouble("two histories: " + diverged.detail());
        getContext()
                .pipeToSelf(
                        Blocking.compose(
                                environment.io(), () -> environment.store().mark(diverged.name(), FileMark.DIVERGED)),
                        (done, error) -> error == null
                                ? new FileServerMessage.Trouble(diverged.detail())
                                : new FileServerMessage.Trouble(diverged.detail() + "; and it could not be marked: "
                                        + StoreFailures.detail(StoreFailures.cause(error))));
        return this;
    }
}
