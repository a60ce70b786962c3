package org.dfile.replication;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.replica.SlotMessage;
import org.jspecify.annotations.Nullable;

/**
 * One slot on one of its hosts: promises to others, and the host's own attempts to lead it. A state machine: each call is
 * an input, what it returns is to be done in order. Of one thread.
 *
 * <pre>
 *   following --lead--> promising --own promise on disk--> preparing --majority promised--> leading
 *   any --a higher ballot--> following
 * </pre>
 *
 * <p>After a restart it follows: a ballot is of one life (I1).
 */
public final class SlotCore {

    private sealed interface Phase {}

    private record Following() implements Phase {}

    /** The own promise is made durable before anybody hears of the ballot (I1). */
    private record Promising(Ballot ballot) implements Phase {}

    private record Preparing(Ballot ballot, Set<HostId> granted) implements Phase {}

    private record Leading(Ballot ballot, Set<HostId> granted) implements Phase {}

    private final ReplicaSet replicas;
    private final List<HostId> others;
    private Phase phase = new Following();
    private @Nullable Ballot seen;
    private Confirmations confirmations = new Confirmations();

    public SlotCore(ReplicaSet replicas) {
        this.replicas = replicas;
        this.others = replicas.others();
    }

    private SlotCore(SlotCore other) {
        this(other.replicas);
        phase = other.phase instanceof Preparing p
                ? new Preparing(p.ballot, new HashSet<>(p.granted))
                : other.phase instanceof Leading l ? new Leading(l.ballot, new HashSet<>(l.granted)) : other.phase;
        seen = other.seen;
        confirmations = other.confirmations.copy();
    }

    /** Returns an independent machine in the same state. */
    public SlotCore copy() {
        return new SlotCore(this);
    }

    /** Gives all that makes up the state, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(phase);
        sink.accept(seen);
        confirmations.describe(sink);
    }

    /** Returns the ballot in which this host leads the slot, none if it does not. */
    public Optional<Ballot> leads() {
        return phase instanceof Leading leading ? Optional.of(leading.ballot) : Optional.empty();
    }

    /** Returns whether this host tries to lead the slot and does not yet. */
    public boolean isCandidate() {
        return phase instanceof Promising || phase instanceof Preparing;
    }

    /** Returns a round that is above all that this replica has heard of. */
    public long nextRound(SlotView slot) {
        long ordered = slot.ordered().map(Ballot::round).orElse(0L);
        return 1 + Math.max(ordered, seen == null ? 0 : seen.round());
    }

    /** Begins to lead the slot, in a ballot of this host and life that was never used before (I1). */
    public List<SlotEffect> lead(Ballot ballot, SlotView slot) {
        if (!slot.votes()) {
            return List.of(); // I9
        }
        phase = new Promising(ballot);
        confirmations = new Confirmations();
        return List.of(new SlotEffect.PersistPromise(ballot));
    }

    /** Follows again, of its own accord. */
    public void resign() {
        phase = new Following();
        confirmations = new Confirmations();
    }

    public List<SlotEffect> on(HostId from, SlotMessage message, SlotView slot) {
        List<SlotEffect> out = new ArrayList<>();
        if (message instanceof SlotMessage.Prepare prepare) {
            onPrepare(from, prepare.ballot(), slot, out);
        } else if (message instanceof SlotMessage.Promise promise) {
            onPromise(from, promise.ballot(), slot, out);
        } else if (message instanceof SlotMessage.Confirm confirm) {
            onConfirm(from, confirm, slot, out);
        } else if (message instanceof SlotMessage.Confirmed confirmed) {
            onConfirmed(from, confirmed, slot, out);
        } else if (message instanceof SlotMessage.Refused refused) {
            onHigher(refused.promised(), out);
        } else {
            throw new AssertionError("a message that is not handled: " + message);
        }
        return out;
    }

    // -- as a replica

    private void onPrepare(HostId from, Ballot ballot, SlotView slot, List<SlotEffect> out) {
        if (!slot.votes()) {
            return; // I9
        }
        if (slot.forbids(ballot)) {
            refuse(from, ballot, slot, out);
        } else if (slot.hasPromised(ballot)) {
            out.add(new SlotEffect.Send(from, new SlotMessage.Promise(ballot)));
        } else {
            out.add(new SlotEffect.PersistPromise(ballot));
            onHigher(ballot, out);
        }
    }

    private void onConfirm(HostId from, SlotMessage.Confirm confirm, SlotView slot, List<SlotEffect> out) {
        if (!slot.votes()) {
            return; // I9
        }
        if (slot.forbids(confirm.ballot())) {
            refuse(from, confirm.ballot(), slot, out);
        } else {
            out.add(new SlotEffect.Send(from, new SlotMessage.Confirmed(confirm.ballot(), confirm.round())));
        }
    }

    private static void refuse(HostId to, Ballot ballot, SlotView slot, List<SlotEffect> out) {
        Ballot promised = slot.ordered().orElseThrow();
        out.add(new SlotEffect.Send(to, new SlotMessage.Refused(ballot, promised)));
    }

    /**
     * The write of {@link SlotEffect.PersistPromise} has ended.
     *
     * @param slot promised to this ballot, or to a higher one that came before it
     */
    public List<SlotEffect> promiseWritten(Ballot ballot, SlotView slot) {
        List<SlotEffect> out = new ArrayList<>();
        boolean promised = slot.hasPromised(ballot);
        if (!ballot.host().equals(replicas.self())) {
            if (promised) {
                out.add(new SlotEffect.Send(ballot.host(), new SlotMessage.Promise(ballot)));
            } else {
                refuse(ballot.host(), ballot, slot, out);
            }
        } else if (phase instanceof Promising promising && promising.ballot.equals(ballot)) {
            if (promised) {
                prepare(ballot, slot, out);
            } else {
                onHigher(slot.ordered().orElseThrow(), out);
            }
        }
        return out;
    }

    // -- as the leader

    private void prepare(Ballot ballot, SlotView slot, List<SlotEffect> out) {
        phase = new Preparing(ballot, new HashSet<>());
        for (HostId other : others) {
            out.add(new SlotEffect.Send(other, new SlotMessage.Prepare(ballot)));
        }
        onPromise(replicas.self(), ballot, slot, out);
    }

    private void onPromise(HostId from, Ballot ballot, SlotView slot, List<SlotEffect> out) {
        if (phase instanceof Leading leading && leading.ballot.equals(ballot)) {
            leading.granted.add(from);
        } else if (phase instanceof Preparing preparing && preparing.ballot.equals(ballot)) {
            preparing.granted.add(from);
            if (slot.forbids(ballot)) {
                onHigher(slot.ordered().orElseThrow(), out);
            } else if (replicas.isMajority(preparing.granted.size())) {
                phase = new Leading(ballot, preparing.granted);
                out.add(new SlotEffect.Leads(ballot));
            }
        }
    }

    /** A higher ballot is about, here or elsewhere. */
    private void onHigher(Ballot higher, List<SlotEffect> out) {
        if (seen == null || higher.compareTo(seen) > 0) {
            seen = higher;
        }
        Ballot own = ownBallot();
        if (own != null && higher.compareTo(own) > 0) {
            phase = new Following();
            confirmations = new Confirmations();
            out.add(new SlotEffect.Deposed(own, higher));
        }
    }

    /** A file's message has told of a higher ballot. */
    public List<SlotEffect> heardOf(Ballot ballot) {
        List<SlotEffect> out = new ArrayList<>();
        onHigher(ballot, out);
        return out;
    }

    private @Nullable Ballot ownBallot() {
        if (phase instanceof Promising promising) {
            return promising.ballot;
        }
        if (phase instanceof Preparing preparing) {
            return preparing.ballot;
        }
        return phase instanceof Leading leading ? leading.ballot : null;
    }

    // -- confirmations (I7)

    /**
     * Rounds that begin from now on have at least this number. With the same one for slots that are led in one ballot, what
     * they ask, and what is answered, is alike, and can travel as one message for all of them.
     */
    public void numberRoundsFrom(long number) {
        confirmations.numberFrom(number);
    }

    /** A read of a file of the slot wants a round that begins after now; if the slot is led in this ballot. */
    public List<SlotEffect> confirm(Ballot ballot, SlotEffect.Read read, SlotView slot) {
        List<SlotEffect> out = new ArrayList<>();
        if (phase instanceof Leading leading && leading.ballot.equals(ballot)) {
            confirmations.add(read);
            beginRound(leading, slot, out);
        }
        return out;
    }

    private void beginRound(Leading leading, SlotView slot, List<SlotEffect> out) {
        if (confirmations.begin()) {
            boolean ownCounts = !slot.forbids(leading.ballot) && slot.votes();
            int needed = replicas.majority() - (ownCounts ? 1 : 0);
            if (needed > 0) {
                SlotMessage.Confirm confirm = new SlotMessage.Confirm(leading.ballot, confirmations.round());
                out.add(new SlotEffect.Ask(confirm, others, needed));
            }
            if (ownCounts) {
                count(leading, replicas.self(), slot, out);
            }
        }
    }

    private void onConfirmed(HostId from, SlotMessage.Confirmed message, SlotView slot, List<SlotEffect> out) {
        if (phase instanceof Leading leading
                && leading.ballot.equals(message.ballot())
                && confirmations.isUnderWay(message.round())) {
            count(leading, from, slot, out);
        }
    }

    private void count(Leading leading, HostId from, SlotView slot, List<SlotEffect> out) {
        if (replicas.isMajority(confirmations.count(from))) {
            out.add(new SlotEffect.Confirmed(leading.ballot, confirmations.end()));
            beginRound(leading, slot, out);
        }
    }

    // -- what gets lost is sent again

    /** Returns whether everything was answered, so that there is nothing to say again. */
    public boolean isQuiet() {
        return phase instanceof Leading leading
                ? leading.granted.size() == replicas.hosts().size() && !confirmations.isUnderWay()
                : !(phase instanceof Preparing);
    }

    /** Says again what has not been answered. */
    public List<SlotEffect> resend() {
        List<SlotEffect> out = new ArrayList<>();
        if (phase instanceof Preparing preparing) {
            prepareMissing(preparing.ballot, preparing.granted, out);
        } else if (phase instanceof Leading leading) {
            prepareMissing(leading.ballot, leading.granted, out);
            for (HostId missing : confirmations.missing(others)) {
                SlotMessage.Confirm confirm = new SlotMessage.Confirm(leading.ballot, confirmations.round());
                out.add(new SlotEffect.Send(missing, confirm));
            }
        }
        return out;
    }

    /** A replica has not promised the ballot of a file's query: it is asked again. */
    public List<SlotEffect> prepareAgain(HostId replica, Ballot ballot) {
        return leads().filter(ballot::equals).isPresent()
                ? List.of(new SlotEffect.Send(replica, new SlotMessage.Prepare(ballot)))
                : List.of();
    }

    private void prepareMissing(Ballot ballot, Set<HostId> granted, List<SlotEffect> out) {
        for (HostId other : others) {
            if (!granted.contains(other)) {
                out.add(new SlotEffect.Send(other, new SlotMessage.Prepare(ballot)));
            }
        }
    }
}
