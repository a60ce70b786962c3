package org.dfile.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/**
 * One file on one host as a replica: what it holds, and what it lets itself be told by coordinators. One write at a time;
 * what needs one, or an answer that a write under way may change, waits for it.
 */
final class FileReplica {

    /** Messages that wait for a write; further ones count as lost, and are sent again. */
    static final int MAX_HELD = 64;

    private record Held(HostId from, FileMessage.ToReplica message) {}

    private record Writing(@Nullable HostId to, Ballot ballot, FileWrite write) {}

    /** @param under the ballot of a coordinator that waits for it, and is told when the state is here */
    private record Fetching(
            HostId from, StateId id, @Nullable Ballot under) {}

    private Committed committed;
    private Optional<Pending> pending;
    private @Nullable Writing writing;
    private @Nullable Fetching fetching;
    private @Nullable Committed arrived;
    private final Deque<Held> held = new ArrayDeque<>();

    FileReplica(Committed committed, Optional<Pending> pending) {
        this.committed = committed;
        this.pending = pending;
    }

    FileReplica(FileReplica other) {
        this(other.committed, other.pending);
        writing = other.writing;
        fetching = other.fetching;
        arrived = other.arrived;
        held.addAll(other.held);
    }

    /** Gives all that makes up the state, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        sink.accept(committed);
        sink.accept(pending);
        sink.accept(writing);
        sink.accept(fetching);
        sink.accept(arrived);
        sink.accept(List.copyOf(held));
    }

    Committed committed() {
        return committed;
    }

    Optional<Pending> pending() {
        return pending;
    }

    boolean isQuiet() {
        return writing == null && fetching == null && held.isEmpty();
    }

    boolean isFetching() {
        return fetching != null;
    }

    boolean isWriting() {
        return writing != null;
    }

    void on(HostId from, FileMessage.ToReplica message, SlotView slot, List<Effect> out) {
        if (!slot.votes()) {
            return; // I9
        }
        if (writing == null) {
            handle(from, message, slot, out);
        } else if (held.size() < MAX_HELD) {
            held.add(new Held(from, message));
        }
    }

    private void handle(HostId from, FileMessage.ToReplica message, SlotView slot, List<Effect> out) {
        if (message instanceof FileMessage.Query query) {
            answer(from, query, slot, out);
        } else if (message instanceof FileMessage.Accept accept) {
            accept(from, accept, slot, out);
        } else if (message instanceof FileMessage.Commit commit) {
            commit(from, commit, out);
        } else {
            throw new AssertionError("a message that is not handled: " + message);
        }
    }

    /** Only under a durable promise, and with no write under way: what is accepted below the ballot is in the answer. */
    private void answer(HostId from, FileMessage.Query query, SlotView slot, List<Effect> out) {
        Ballot ballot = query.ballot();
        if (slot.forbids(ballot)) {
            send(from, new FileMessage.Refused(ballot, slot.ordered().orElseThrow()), out);
        } else if (slot.hasPromised(ballot)) {
            send(from, new FileMessage.Answer(ballot, query.round(), committed, pending, slot.floor()), out);
        } else {
            send(from, new FileMessage.NotPromised(ballot), out);
        }
    }

    private void accept(HostId from, FileMessage.Accept accept, SlotView slot, List<Effect> out) {
        Ballot ballot = accept.ballot();
        if (slot.forbids(ballot)) { // I2
            send(from, new FileMessage.Refused(ballot, slot.ordered().orElseThrow()), out);
        } else if (committed.id().equals(accept.id())) {
            send(from, new FileMessage.Accepted(ballot, accept.id()), out); // chosen before, and on disk
        } else if (isAcceptedUnder(ballot, accept.id())) {
            send(from, new FileMessage.Accepted(ballot, accept.id()), out);
        } else if (holds(accept)) {
            begin(from, ballot, new FileWrite.Accept(ballot, accept.before(), accept.id(), false), out);
        } else if (pending.isPresent() && pending.get().id().equals(accept.before())) {
            begin(from, ballot, new FileWrite.Accept(ballot, accept.before(), accept.id(), true), out);
        } else {
            behind(from, ballot, accept.before(), out); // I4
        }
    }

    private boolean isAcceptedUnder(Ballot ballot, StateId id) {
        return pending.isPresent()
                && pending.get().ballot().equals(ballot)
                && pending.get().id().equals(id);
    }

    private boolean holds(FileMessage.Accept accept) {
        return new Pending(accept.ballot(), accept.before(), accept.id()).follows(committed);
    }

    private void commit(HostId from, FileMessage.Commit commit, List<Effect> out) {
        StateId id = commit.id();
        if (committed.id().equals(id)) {
            send(from, new FileMessage.Holds(commit.ballot(), id), out);
        } else if (committed.id().contradicts(id)) {
            out.add(new Effect.Diverged(committed.id(), id)); // I18
        } else if (pending.isPresent()
                && pending.get().id().equals(id)
                && pending.get().follows(committed)) { // I3
            begin(from, commit.ballot(), new FileWrite.Promote(commit.ballot(), id), out);
        } else {
            behind(from, commit.ballot(), id, out);
        }
    }

    private void behind(HostId from, Ballot ballot, StateId wanted, List<Effect> out) {
        send(from, new FileMessage.Behind(ballot, committed.id()), out);
        if (wanted.isAbove(committed.id())) {
            fetch(from, wanted, ballot, out);
        }
    }

    /** Begins to fetch a state, unless that is under way. */
    void fetch(HostId from, StateId id, List<Effect> out) {
        fetch(from, id, null, out);
    }

    private void fetch(HostId from, StateId id, @Nullable Ballot under, List<Effect> out) {
        if (fetching == null) {
            fetching = new Fetching(from, id, under);
            out.add(new Effect.FetchState(from, id));
        }
    }

    void stateArrived(Committed state, SlotView slot, List<Effect> out) {
        if (fetching == null) {
            return;
        }
        if (writing == null) {
            install(state, out);
            drain(slot, out);
        } else {
            arrived = state;
        }
    }

    void stateNotFetched() {
        fetching = null;
    }

    private void install(Committed state, List<Effect> out) {
        if (state.id().contradicts(committed.id())) {
            out.add(new Effect.Diverged(committed.id(), state.id())); // I18
            fetching = null;
        } else if (state.id().isAbove(committed.id())) { // I19
            Ballot known = state.ballot().orElseThrow();
            begin(null, known, new FileWrite.Install(state, pending.isPresent() && isOver(pending.get(), state)), out);
        } else {
            fetching = null;
        }
    }

    /**
     * Whether a pending batch cannot be chosen after a committed state: it is at or below it (I19), or it was left aside by
     * a coordinator of a later ballot, who would have proposed it again if it had been chosen (I6).
     */
    private static boolean isOver(Pending pending, Committed state) {
        return !pending.id().isAbove(state.id())
                || (!pending.before().equals(state.id())
                        && state.ballot().isPresent()
                        && pending.ballot().compareTo(state.ballot().get()) < 0);
    }

    private void begin(@Nullable HostId to, Ballot ballot, FileWrite write, List<Effect> out) {
        writing = new Writing(to, ballot, write);
        out.add(new Effect.Persist(write));
    }

    void written(WriteResult result, SlotView slot, List<Effect> out) {
        Writing ended = Objects.requireNonNull(writing, "no write is under way");
        writing = null;
        if (result instanceof WriteResult.Written now) {
            committed = now.committed();
            pending = now.pending();
        }
        if (ended.write() instanceof FileWrite.Install) {
            Fetching ofThis = fetching;
            fetching = null;
            if (ofThis != null && ofThis.under() != null && result instanceof WriteResult.Written && slot.votes()) {
                send(ofThis.from(), new FileMessage.Holds(ofThis.under(), committed.id()), out);
            }
        }
        if (ended.to() != null && slot.votes()) {
            report(ended.to(), ended, result, out);
        }
        drain(slot, out);
    }

    /** What depends on the write is said now, and not before (I2, I11). */
    private void report(HostId to, Writing ended, WriteResult result, List<Effect> out) {
        Ballot ballot = ended.ballot();
        if (result instanceof WriteResult.Outvoted outvoted) {
            send(to, new FileMessage.Refused(ballot, outvoted.promised()), out);
        } else if (result instanceof WriteResult.TooLow low) {
            send(to, new FileMessage.BelowFloor(ballot, low.floor()), out);
        } else if (result instanceof WriteResult.Written) {
            send(
                    to,
                    ended.write() instanceof FileWrite.Accept accept
                            ? new FileMessage.Accepted(ballot, accept.id())
                            : new FileMessage.Holds(ballot, committed.id()),
                    out);
        }
    }

    private void drain(SlotView slot, List<Effect> out) {
        while (writing == null) {
            if (arrived != null) {
                Committed state = arrived;
                arrived = null;
                install(state, out);
                continue;
            }
            Held next = held.poll();
            if (next == null) {
                return;
            }
            on(next.from(), next.message(), slot, out);
        }
    }

    private static void send(HostId to, FileMessage message, List<Effect> out) {
        out.add(new Effect.Send(to, message));
    }
}
