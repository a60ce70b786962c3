package org.dfile.actors.operator;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.AdminToken;
import org.dfile.actors.Blocking;
import org.dfile.actors.StoreFailures;
import org.dfile.actors.hosts.CurrentHostList;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.slots.SlotsMessage.LossAccepted;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorReply.OperatorFailed;
import org.dfile.protocol.OperatorRequest;
import org.dfile.protocol.OperatorRequest.AcceptLoss;
import org.dfile.protocol.OperatorRequest.GetHostList;
import org.dfile.protocol.OperatorRequest.GetReplica;
import org.dfile.protocol.OperatorRequest.GetReplication;
import org.dfile.protocol.OperatorRequest.NewHostList;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;
import org.dfile.protocol.ReplicationReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a node's operator: what the host holds, which host list it has; takes over a list that was decided; tells the
 * slots what loss was accepted. Keeps nothing itself. What needs the disk runs on threads made for that, a bounded number
 * of questions at a time; one more is refused as busy.
 */
public final class OperatorActor {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorActor.class);

    /** What only a host with a volume has. */
    public record Kept(ReplicaLookup lookup, DecidedLists decided, ActorRef<SlotsMessage> slots) {}

    private final ActorSystem<?> system;
    private final OperatorSettings settings;
    private final CurrentHostList list;
    private final AdminToken token;
    private final Optional<Kept> kept;
    private final Executor io;
    private final Consumer<String> replaced;
    private final Semaphore places;

    private OperatorActor(
            ActorSystem<?> system,
            OperatorSettings settings,
            CurrentHostList list,
            AdminToken token,
            Optional<Kept> kept,
            Executor io,
            Consumer<String> replaced) {
        this.system = system;
        this.settings = settings;
        this.list = list;
        this.token = token;
        this.kept = kept;
        this.io = io;
        this.replaced = replaced;
        this.places = new Semaphore(settings.maxQuestions());
    }

    /**
     * Returns the behaviour of a node's operator desk.
     *
     * @param kept empty for a node whose directory is empty
     * @param io threads for blocking work on the disk
     * @param replaced told, on any thread, that a newer list has another volume for this host: the node must leave
     */
    public static Behavior<OperatorRequest> create(
            OperatorSettings settings,
            CurrentHostList list,
            String token,
            Optional<Kept> kept,
            Executor io,
            Consumer<String> replaced) {
        return Behaviors.setup(context -> new OperatorActor(
                        context.getSystem(), settings, list, new AdminToken(token), kept, io, replaced)
                .behavior());
    }

    private Behavior<OperatorRequest> behavior() {
        return Behaviors.receive(OperatorRequest.class)
                .onMessage(GetReplica.class, get -> answer(get.replyTo(), () -> replica(get)))
                .onMessage(GetReplication.class, this::onGetReplication)
                .onMessage(GetHostList.class, this::onGetHostList)
                .onMessage(NewHostList.class, this::onNewHostList)
                .onMessage(AcceptLoss.class, this::onAcceptLoss)
                .build();
    }

    private HostId self() {
        return list.self();
    }

    // -- what is there

    private OperatorReply replica(GetReplica get) {
        return new OperatorReply.Replica(
                self(),
                kept.map(here -> here.lookup().replica(get.name()))
                        .orElseGet(() -> ReplicaReport.without(
                                Holding.NO_VOLUME, list.list().version(), "its directory is empty")));
    }

    private Behavior<OperatorRequest> onGetReplication(GetReplication get) {
        ReplicationReport report = kept.map(here -> here.lookup().replication())
                .orElseGet(() -> ReplicationReport.none(list.list().version()));
        get.replyTo().tell(new OperatorReply.Replication(self(), report));
        return Behaviors.same();
    }

    // -- host lists

    private Behavior<OperatorRequest> onGetHostList(GetHostList get) {
        get.replyTo().tell(current());
        return Behaviors.same();
    }

    private OperatorReply current() {
        return new OperatorReply.Current(self(), list.list());
    }

    private Behavior<OperatorRequest> onNewHostList(NewHostList request) {
        return token.matches(request.token())
                ? answer(request.replyTo(), () -> adopt(request))
                : refuse(request.replyTo(), "NewHostList");
    }

    private OperatorReply adopt(NewHostList request) throws IOException, CurrentHostList.RefusedException {
        if (kept.isPresent() && kept.get().decided().contradicts(request.list())) {
            return new OperatorFailed(new Failure.HostListRefused(
                    self(),
                    "host list " + request.list().version()
                            + " is refused: another list was decided to have this version"));
        }
        try {
            list.adopt(request.list());
            LOG.info(
                    "host list {} holds from now on, by the operator",
                    request.list().version());
            return current();
        } catch (CurrentHostList.RefusedException e) {
            if (e.ownVolumeReplaced()) {
                replaced.accept(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    // -- accepted loss

    private Behavior<OperatorRequest> onAcceptLoss(AcceptLoss request) {
        if (!token.matches(request.token())) {
            return refuse(request.replyTo(), "AcceptLoss");
        }
        if (kept.isEmpty()) {
            Failure amnesiac = new Failure.HostListRefused(self(), "it has no volume that could come back");
            request.replyTo().tell(new OperatorFailed(amnesiac));
            return Behaviors.same();
        }
        LOG.warn("the operator accepts the loss of what only {} knew (I10)", request.givenUp());
        CompletionStage<LossAccepted> begun = AskPattern.ask(
                kept.get().slots(),
                replyTo -> new SlotsMessage.AcceptLoss(request.givenUp(), replyTo),
                settings.peerTimeout(),
                system.scheduler());
        begun.thenApply(this::lossAccepted)
                .whenComplete((reply, error) -> request.replyTo().tell(error == null ? reply : failed(error)));
        return Behaviors.same();
    }

    private OperatorReply lossAccepted(LossAccepted accepted) {
        LOG.warn(
                "{} slots come back without them; {} still wait for other hosts",
                accepted.slots().size(),
                accepted.waiting().size());
        return new OperatorReply.LossAccepted(
                self(), accepted.slots().size(), accepted.waiting().size());
    }

    // -- answers

    private Behavior<OperatorRequest> answer(ActorRef<OperatorReply> replyTo, Callable<OperatorReply> work) {
        if (!places.tryAcquire()) {
            replyTo.tell(new OperatorFailed(
                    new Failure.Busy("operators' questions to host " + self(), settings.maxQuestions())));
            return Behaviors.same();
        }
        CompletableFuture<OperatorReply> unused = Blocking.run(io, work).whenComplete((reply, error) -> {
            places.release();
            replyTo.tell(error == null ? reply : failed(error));
        });
        return Behaviors.same();
    }

    private OperatorReply failed(Throwable error) {
        Throwable cause = StoreFailures.cause(error);
        LOG.warn("an operator's question failed", cause);
        String detail = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new OperatorFailed(
                cause instanceof CurrentHostList.RefusedException
                        ? new Failure.HostListRefused(self(), detail)
                        : new Failure.StorageFailed(self(), detail));
    }

    private Behavior<OperatorRequest> refuse(ActorRef<OperatorReply> replyTo, String what) {
        replyTo.tell(new OperatorFailed(new Failure.NotAuthorised(self(), what)));
        return Behaviors.same();
    }
}
