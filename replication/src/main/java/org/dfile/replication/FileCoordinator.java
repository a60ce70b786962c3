package org.dfile.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/**
 * One file on one host as its coordinator, under a ballot that leads the slot.
 *
 * <pre>
 *   idle --lead--> querying --majority answered--> gathering --own replica has it all--> serving
 *                                                      \--a pending batch was found--> proposing --> serving
 *   serving --propose--> proposing --majority accepted, own replica committed--> serving
 *   any --a higher ballot--> idle
 * </pre>
 *
 * The own replica is one of the replicas and is told nothing that the others are not told.
 */
final class FileCoordinator {

    private enum Read {
        WAITS_FOR_QUERY,
        WAITS_FOR_CONFIRMATION,
        CONFIRMED
    }

    private final ReplicaSet replicas;
    private Phase phase = new Phase.Idle();
    private long round;
    private final Map<Long, Read> reads = new TreeMap<>();

    FileCoordinator(ReplicaSet replicas) {
        this.replicas = replicas;
    }

    FileCoordinator(FileCoordinator other) {
        this(other.replicas);
        phase = other.phase.copy();
        round = other.round;
        reads.putAll(other.reads);
    }

    /** Gives all that makes up the state, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(phase);
        sink.accept(round);
        sink.accept(reads);
    }

    /** Whether a message would change anything now. What is not awaited has come too late, and will not be awaited again. */
    boolean awaits(FileMessage.ToCoordinator message) {
        if (!ballot().equals(Optional.of(message.ballot()))) {
            return false;
        }
        if (message instanceof FileMessage.Answer answer) {
            return phase instanceof Phase.Querying querying && querying.round() == answer.round();
        }
        if (message instanceof FileMessage.Accepted accepted) {
            return phase instanceof Phase.Proposing proposing && proposing.id().equals(accepted.id());
        }
        return !(message instanceof FileMessage.Behind);
    }

    Optional<Ballot> ballot() {
        return phase.ballot();
    }

    // -- taking over (I6)

    /** The host leads the slot in this ballot: takes the file over. Reads that wait are confirmed by the same round. */
    void lead(Ballot ballot, List<Effect> out) {
        round++;
        phase = new Phase.Querying(ballot, round, new HashMap<>());
        reads.replaceAll((read, state) -> Read.WAITS_FOR_QUERY);
        toAll(new FileMessage.Query(ballot, round), out);
    }

    /** Gives up. What was proposed may be chosen by others, or not. Reads wait for the next ballot. */
    void resign() {
        phase = new Phase.Idle();
        reads.replaceAll((read, state) -> Read.WAITS_FOR_QUERY);
    }

    void on(HostId from, FileMessage.ToCoordinator message, FileReplica own, List<Effect> out) {
        if (!awaits(message)) {
            return;
        }
        if (message instanceof FileMessage.Answer answer) {
            onAnswer(from, answer, own, out);
        } else if (message instanceof FileMessage.Accepted) {
            onAccepted(from, own, out);
        } else if (message instanceof FileMessage.Refused refused) {
            resign();
            out.add(new Effect.Deposed(refused.ballot(), refused.promised()));
        } else if (message instanceof FileMessage.NotPromised) {
            out.add(new Effect.PrepareAgain(from, message.ballot()));
        } else if (message instanceof FileMessage.Holds holds) {
            onHolds(from, holds.id(), out);
        } else if (message instanceof FileMessage.BelowFloor low) {
            onBelowFloor(low, out);
        }
    }

    private void onAnswer(HostId from, FileMessage.Answer answer, FileReplica own, List<Effect> out) {
        Phase.Querying querying = (Phase.Querying) phase;
        querying.answers().put(from, answer);
        if (!replicas.isMajority(querying.answers().size())) {
            return;
        }
        Survey survey = Survey.of(querying.answers());
        out.addAll(survey.divergences());
        phase = new Phase.Gathering(querying.in(), survey, false, false);
        proceed(own, out);
    }

    /** Goes on as far as the own replica is ready for it. */
    void proceed(FileReplica own, List<Effect> out) {
        if (phase instanceof Phase.Gathering gathering) {
            gather(gathering, own, out);
        } else if (phase instanceof Phase.Proposing proposing) {
            finish(proposing, own, out);
        } else if (phase instanceof Phase.Serving serving
                && !own.committed().id().equals(serving.base().id())) {
            lead(serving.in(), out); // others have gone on
        }
    }

    private void gather(Phase.Gathering gathering, FileReplica own, List<Effect> out) {
        if (own.isWriting()) {
            return;
        }
        Survey survey = gathering.survey();
        StateId base = survey.base().id();
        Pending found = survey.found();
        if (base.isAbove(own.committed().id())) {
            own.fetch(survey.holder(), base, out);
        } else if (!base.equals(own.committed().id())) {
            lead(gathering.in(), out); // the own replica has learned of a later state meanwhile
        } else if (found == null) {
            serve(gathering.in(), own.committed(), survey.floor(), Set.of(), out);
        } else if (gathering.batchHere() || isPending(found.id(), own)) {
            propose(gathering.in(), found.before(), found.id(), true, survey.floor(), out);
        } else if (!gathering.batchAsked()) {
            phase = new Phase.Gathering(gathering.in(), survey, true, false);
            out.add(new Effect.FetchBatch(Objects.requireNonNull(survey.finder()), found.id()));
        }
    }

    private static boolean isPending(StateId id, FileReplica own) {
        return own.pending().filter(pending -> pending.id().equals(id)).isPresent();
    }

    void batchArrived(StateId id, FileReplica own, List<Effect> out) {
        if (phase instanceof Phase.Gathering gathering) {
            Pending found = gathering.survey().found();
            if (found != null && found.id().equals(id)) {
                phase = new Phase.Gathering(gathering.in(), gathering.survey(), true, true);
                proceed(own, out);
            }
        }
    }

    /** A peer has not given what it said to hold: it is asked anew, or somebody else is. */
    void notFetched(List<Effect> out) {
        if (phase instanceof Phase.Gathering gathering) {
            lead(gathering.in(), out);
        }
    }

    private void serve(Ballot ballot, Committed base, long floor, Set<HostId> holders, List<Effect> out) {
        phase = new Phase.Serving(ballot, base, floor, new HashSet<>(holders));
        reads.replaceAll((read, state) -> state == Read.WAITS_FOR_QUERY ? Read.CONFIRMED : state);
        release(out);
        out.add(new Effect.Ready(ballot, base, floor));
    }

    boolean isQuiet() {
        return phase instanceof Phase.Idle || phase instanceof Phase.Serving;
    }

    /** Whether every replica is known to hold the state that this coordinator serves. */
    boolean isHeldByAll() {
        return phase instanceof Phase.Serving && !someBehind();
    }

    boolean someBehind() {
        return phase instanceof Phase.Serving serving
                && !serving.base().id().equals(StateId.NONE)
                && serving.holders().size() < replicas.hosts().size();
    }

    /** Forgets which replicas are known to hold the state that is served: {@link #resend} asks them all. */
    void doubtHolders() {
        if (phase instanceof Phase.Serving serving) {
            phase = new Phase.Serving(serving.in(), serving.base(), serving.floor(), new HashSet<>());
        }
    }

    // -- batches

    boolean isReady(StateId base) {
        return phase instanceof Phase.Serving serving && serving.base().id().equals(base);
    }

    void propose(StateId before, StateId id, List<Effect> out) {
        if (!(phase instanceof Phase.Serving serving) || !serving.base().id().equals(before)) {
            throw new IllegalStateException("not ready for a batch on " + before + ": " + phase);
        }
        propose(serving.in(), before, id, false, serving.floor(), out);
    }

    private void propose(Ballot ballot, StateId before, StateId id, boolean found, long floor, List<Effect> out) {
        phase = new Phase.Proposing(ballot, before, id, new HashSet<>(), found, false, floor, new HashSet<>());
        toAll(new FileMessage.Accept(ballot, before, id), out);
    }

    private void onAccepted(HostId from, FileReplica own, List<Effect> out) {
        Phase.Proposing proposing = (Phase.Proposing) phase;
        proposing.accepted().add(from);
        if (!proposing.chosen() && replicas.isMajority(proposing.accepted().size())) { // I5
            choose(proposing, own, out);
        } else if (proposing.chosen()) {
            out.add(new Effect.Send(from, new FileMessage.Commit(proposing.in(), proposing.id())));
        }
        proceed(own, out);
    }

    private Phase.Proposing choose(Phase.Proposing proposing, FileReplica own, List<Effect> out) {
        Phase.Proposing chosen = new Phase.Proposing(
                proposing.in(),
                proposing.before(),
                proposing.id(),
                proposing.accepted(),
                proposing.found(),
                true,
                proposing.floor(),
                proposing.holders());
        phase = chosen;
        out.add(new Effect.Chosen(proposing.id()));
        commit(chosen, own, out);
        return chosen;
    }

    /** Says that the batch is chosen. If the own replica had no room for it, it gets the state from one that had. */
    private void commit(Phase.Proposing chosen, FileReplica own, List<Effect> out) {
        boolean leftOut = !own.isWriting()
                && !isPending(chosen.id(), own)
                && !own.committed().id().equals(chosen.id());
        if (leftOut) {
            replicas.others().stream()
                    .filter(chosen.accepted()::contains)
                    .findFirst()
                    .ifPresent(holder -> own.fetch(holder, chosen.id(), out));
        }
        toAll(new FileMessage.Commit(chosen.in(), chosen.id()), out);
    }

    /**
     * The next batch, and every read, needs the chosen state at the own replica. That may have heard earlier than the
     * coordinator that a batch is chosen: one that was found, from a coordinator before.
     */
    private void finish(Phase.Proposing proposing, FileReplica own, List<Effect> out) {
        StateId committed = own.committed().id();
        if (committed.equals(proposing.id())) {
            Phase.Proposing chosen = proposing.chosen() ? proposing : choose(proposing, own, out);
            serve(chosen.in(), own.committed(), chosen.floor(), chosen.holders(), out);
        } else if (!proposing.id().isAbove(committed)) {
            lead(proposing.in(), out); // others have gone on, from this batch or from another one in its place
        }
    }

    /** A replica that was behind may be ready for the batch under way now. */
    private void onHolds(HostId from, StateId id, List<Effect> out) {
        if (phase instanceof Phase.Proposing proposing
                && proposing.before().equals(id)
                && !proposing.accepted().contains(from)) {
            out.add(new Effect.Send(from, new FileMessage.Accept(proposing.in(), proposing.before(), proposing.id())));
        } else if (phase instanceof Phase.Proposing proposing
                && proposing.chosen()
                && proposing.id().equals(id)) {
            proposing.holders().add(from);
        } else if (phase instanceof Phase.Serving serving && serving.base().id().equals(id)) {
            serving.holders().add(from);
        }
    }

    /** The batch under way may be pending elsewhere, so this ballot cannot replace it: another one will. */
    private void onBelowFloor(FileMessage.BelowFloor low, List<Effect> out) {
        if (phase instanceof Phase.Proposing proposing && !proposing.chosen()) {
            resign();
            out.add(new Effect.Deposed(low.ballot(), low.ballot()));
        }
    }

    // -- reads (I7)

    void read(long read, List<Effect> out) {
        if (phase instanceof Phase.Idle) {
            reads.put(read, Read.WAITS_FOR_QUERY);
        } else {
            reads.put(read, Read.WAITS_FOR_CONFIRMATION);
            out.add(new Effect.Confirm(ballot().orElseThrow(), read));
        }
    }

    /** A round that began after the read arrived found a majority that had promised nothing above the ballot. */
    void confirmed(Ballot by, long read, List<Effect> out) {
        if (ballot().filter(by::equals).isPresent()) {
            reads.replace(read, Read.WAITS_FOR_CONFIRMATION, Read.CONFIRMED);
            release(out);
        }
    }

    void forget(long read) {
        reads.remove(read);
    }

    /**
     * A batch that was found may have been acknowledged by another coordinator, and one that is chosen may be acknowledged
     * already: reads wait until it is committed here.
     */
    private boolean isOpen() {
        return phase instanceof Phase.Serving || (phase instanceof Phase.Proposing p && !p.found() && !p.chosen());
    }

    private void release(List<Effect> out) {
        if (isOpen()) {
            List<Long> ready = new ArrayList<>();
            reads.forEach((read, state) -> {
                if (state == Read.CONFIRMED) {
                    ready.add(read);
                }
            });
            for (Long read : ready) {
                reads.remove(read);
                out.add(new Effect.Answerable(read));
            }
        }
    }

    // -- what gets lost is sent again

    /** Says again what has not been answered. */
    void resend(FileReplica own, List<Effect> out) {
        if (phase instanceof Phase.Querying querying) {
            toMissing(querying.answers().keySet(), new FileMessage.Query(querying.in(), querying.round()), out);
        } else if (phase instanceof Phase.Proposing proposing) {
            toMissing(
                    proposing.accepted(),
                    new FileMessage.Accept(proposing.in(), proposing.before(), proposing.id()),
                    out);
            if (proposing.chosen()) {
                commit(proposing, own, out);
            }
        } else if (phase instanceof Phase.Serving serving
                && !serving.base().id().equals(StateId.NONE)) {
            toMissing(
                    serving.holders(),
                    new FileMessage.Commit(serving.in(), serving.base().id()),
                    out);
        }
    }

    private void toMissing(Set<HostId> answered, FileMessage message, List<Effect> out) {
        for (HostId host : replicas.hosts()) {
            if (!answered.contains(host)) {
                out.add(new Effect.Send(host, message));
            }
        }
    }

    private void toAll(FileMessage message, List<Effect> out) {
        for (HostId host : replicas.hosts()) {
            out.add(new Effect.Send(host, message));
        }
    }
}
