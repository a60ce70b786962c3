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

    private sealed interface Phase {}

    private record Idle() implements Phase {}

    private record Querying(Ballot ballot, long round, Map<HostId, FileMessage.Answer> answers) implements Phase {}

    /** Until the own replica holds the state, and the bytes of the batch that is to be proposed again. */
    private record Gathering(Ballot ballot, Survey survey, boolean batchAsked, boolean batchHere) implements Phase {}

    private record Proposing(
            Ballot ballot, StateId before, StateId id, Set<HostId> accepted, boolean found, boolean chosen, long floor)
            implements Phase {}

    private record Serving(Ballot ballot, Committed base, long floor, Set<HostId> holders) implements Phase {}

    private enum Read {
        WAITS_FOR_QUERY,
        WAITS_FOR_CONFIRMATION,
        CONFIRMED
    }

    private final ReplicaSet replicas;
    private Phase phase = new Idle();
    private long round;
    private final Map<Long, Read> reads = new TreeMap<>();

    FileCoordinator(ReplicaSet replicas) {
        this.replicas = replicas;
    }

    FileCoordinator(FileCoordinator other) {
        this(other.replicas);
        phase = other.copyOfPhase();
        round = other.round;
        reads.putAll(other.reads);
    }

    private Phase copyOfPhase() {
        if (phase instanceof Querying q) {
            return new Querying(q.ballot, q.round, new HashMap<>(q.answers));
        }
        if (phase instanceof Proposing p) {
            return new Proposing(p.ballot, p.before, p.id, new HashSet<>(p.accepted), p.found, p.chosen, p.floor);
        }
        return phase instanceof Serving s ? new Serving(s.ballot, s.base, s.floor, new HashSet<>(s.holders)) : phase;
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
            return phase instanceof Querying querying && querying.round == answer.round();
        }
        if (message instanceof FileMessage.Accepted accepted) {
            return phase instanceof Proposing proposing && proposing.id.equals(accepted.id());
        }
        return !(message instanceof FileMessage.Behind);
    }

    Optional<Ballot> ballot() {
        if (phase instanceof Querying querying) {
            return Optional.of(querying.ballot);
        }
        if (phase instanceof Gathering gathering) {
            return Optional.of(gathering.ballot);
        }
        if (phase instanceof Proposing proposing) {
            return Optional.of(proposing.ballot);
        }
        return phase instanceof Serving serving ? Optional.of(serving.ballot) : Optional.empty();
    }

    // -- taking over (I6)

    /** The host leads the slot in this ballot: takes the file over. Reads that wait are confirmed by the same round. */
    void lead(Ballot ballot, List<Effect> out) {
        round++;
        phase = new Querying(ballot, round, new HashMap<>());
        reads.replaceAll((read, state) -> Read.WAITS_FOR_QUERY);
        toAll(new FileMessage.Query(ballot, round), out);
    }

    /** Gives up. What was proposed may be chosen by others, or not. Reads wait for the next ballot. */
    void resign() {
        phase = new Idle();
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
        Querying querying = (Querying) phase;
        querying.answers.put(from, answer);
        if (!replicas.isMajority(querying.answers.size())) {
            return;
        }
        Survey survey = Survey.of(querying.answers);
        out.addAll(survey.divergences());
        phase = new Gathering(querying.ballot, survey, false, false);
        proceed(own, out);
    }

    /** Goes on as far as the own replica is ready for it. */
    void proceed(FileReplica own, List<Effect> out) {
        if (phase instanceof Gathering gathering) {
            gather(gathering, own, out);
        } else if (phase instanceof Proposing proposing) {
            finish(proposing, own, out);
        } else if (phase instanceof Serving serving && !own.committed().id().equals(serving.base.id())) {
            lead(serving.ballot, out); // others have gone on
        }
    }

    private void gather(Gathering gathering, FileReplica own, List<Effect> out) {
        if (own.isWriting()) {
            return;
        }
        Survey survey = gathering.survey;
        StateId base = survey.base().id();
        Pending found = survey.found();
        if (base.isAbove(own.committed().id())) {
            own.fetch(survey.holder(), base, out);
        } else if (!base.equals(own.committed().id())) {
            lead(gathering.ballot, out); // the own replica has learned of a later state meanwhile
        } else if (found == null) {
            serve(gathering.ballot, own.committed(), survey.floor(), out);
        } else if (gathering.batchHere || isPending(found.id(), own)) {
            propose(gathering.ballot, found.before(), found.id(), true, survey.floor(), out);
        } else if (!gathering.batchAsked) {
            phase = new Gathering(gathering.ballot, survey, true, false);
            out.add(new Effect.FetchBatch(Objects.requireNonNull(survey.finder()), found.id()));
        }
    }

    private static boolean isPending(StateId id, FileReplica own) {
        return own.pending().filter(pending -> pending.id().equals(id)).isPresent();
    }

    void batchArrived(StateId id, FileReplica own, List<Effect> out) {
        if (phase instanceof Gathering gathering) {
            Pending found = gathering.survey.found();
            if (found != null && found.id().equals(id)) {
                phase = new Gathering(gathering.ballot, gathering.survey, true, true);
                proceed(own, out);
            }
        }
    }

    /** A peer has not given what it said to hold: it is asked anew, or somebody else is. */
    void notFetched(List<Effect> out) {
        if (phase instanceof Gathering gathering) {
            lead(gathering.ballot, out);
        }
    }

    private void serve(Ballot ballot, Committed base, long floor, List<Effect> out) {
        phase = new Serving(ballot, base, floor, new HashSet<>());
        reads.replaceAll((read, state) -> state == Read.WAITS_FOR_QUERY ? Read.CONFIRMED : state);
        release(out);
        out.add(new Effect.Ready(ballot, base, floor));
    }

    // -- batches

    void propose(StateId before, StateId id, List<Effect> out) {
        if (!(phase instanceof Serving serving) || !serving.base.id().equals(before)) {
            throw new IllegalStateException("not ready for a batch on " + before + ": " + phase);
        }
        propose(serving.ballot, before, id, false, serving.floor, out);
    }

    private void propose(Ballot ballot, StateId before, StateId id, boolean found, long floor, List<Effect> out) {
        phase = new Proposing(ballot, before, id, new HashSet<>(), found, false, floor);
        toAll(new FileMessage.Accept(ballot, before, id), out);
    }

    private void onAccepted(HostId from, FileReplica own, List<Effect> out) {
        Proposing proposing = (Proposing) phase;
        proposing.accepted.add(from);
        if (!proposing.chosen && replicas.isMajority(proposing.accepted.size())) { // I5
            choose(proposing, own, out);
        } else if (proposing.chosen) {
            out.add(new Effect.Send(from, new FileMessage.Commit(proposing.ballot, proposing.id)));
        }
        proceed(own, out);
    }

    private Proposing choose(Proposing proposing, FileReplica own, List<Effect> out) {
        Proposing chosen = new Proposing(
                proposing.ballot,
                proposing.before,
                proposing.id,
                proposing.accepted,
                proposing.found,
                true,
                proposing.floor);
        phase = chosen;
        out.add(new Effect.Chosen(proposing.id));
        commit(chosen, own, out);
        return chosen;
    }

    /** Says that the batch is chosen. If the own replica had no room for it, it gets the state from one that had. */
    private void commit(Proposing chosen, FileReplica own, List<Effect> out) {
        boolean leftOut = !own.isWriting()
                && !isPending(chosen.id, own)
                && !own.committed().id().equals(chosen.id);
        if (leftOut) {
            replicas.others().stream()
                    .filter(chosen.accepted::contains)
                    .findFirst()
                    .ifPresent(holder -> own.fetch(holder, chosen.id, out));
        }
        toAll(new FileMessage.Commit(chosen.ballot, chosen.id), out);
    }

    /**
     * The next batch, and every read, needs the chosen state at the own replica. That may have heard earlier than the
     * coordinator that a batch is chosen: one that was found, from a coordinator before.
     */
    private void finish(Proposing proposing, FileReplica own, List<Effect> out) {
        StateId committed = own.committed().id();
        if (committed.equals(proposing.id)) {
            Proposing chosen = proposing.chosen ? proposing : choose(proposing, own, out);
            serve(chosen.ballot, own.committed(), chosen.floor, out);
        } else if (!proposing.id.isAbove(committed)) {
            lead(proposing.ballot, out); // others have gone on, from this batch or from another one in its place
        }
    }

    /** A replica that was behind may be ready for the batch under way now. */
    private void onHolds(HostId from, StateId id, List<Effect> out) {
        if (phase instanceof Proposing proposing && proposing.before.equals(id) && !proposing.accepted.contains(from)) {
            out.add(new Effect.Send(from, new FileMessage.Accept(proposing.ballot, proposing.before, proposing.id)));
        } else if (phase instanceof Serving serving && serving.base.id().equals(id)) {
            serving.holders.add(from);
        }
    }

    /** The batch under way may be pending elsewhere, so this ballot cannot replace it: another one will. */
    private void onBelowFloor(FileMessage.BelowFloor low, List<Effect> out) {
        if (phase instanceof Proposing proposing && !proposing.chosen) {
            resign();
            out.add(new Effect.Deposed(low.ballot(), low.ballot()));
        }
    }

    // -- reads (I7)

    void read(long read, List<Effect> out) {
        if (phase instanceof Idle) {
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
    private void release(List<Effect> out) {
        boolean open = phase instanceof Serving || (phase instanceof Proposing p && !p.found && !p.chosen);
        if (open) {
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
        if (phase instanceof Querying querying) {
            toMissing(querying.answers.keySet(), new FileMessage.Query(querying.ballot, querying.round), out);
        } else if (phase instanceof Proposing proposing) {
            toMissing(
                    proposing.accepted, new FileMessage.Accept(proposing.ballot, proposing.before, proposing.id), out);
            if (proposing.chosen) {
                commit(proposing, own, out);
            }
        } else if (phase instanceof Serving serving && !serving.base.id().equals(StateId.NONE)) {
            toMissing(serving.holders, new FileMessage.Commit(serving.ballot, serving.base.id()), out);
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
