package org.dfile.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
 * One file on one of its hosts: a replica, and its coordinator while the host leads the slot. A state machine: each call is
 * an input, what it returns is to be done in order. Of one thread.
 *
 * <p>After a restart it begins with what is on disk, and leads nothing (I1).
 */
public final class FileCore {

    private final ReplicaSet replicas;
    private final FileReplica replica;
    private final FileCoordinator coordinator;

    public FileCore(ReplicaSet replicas, Committed committed, Optional<Pending> pending) {
        this.replicas = replicas;
        this.replica = new FileReplica(committed, pending);
        this.coordinator = new FileCoordinator(replicas);
    }

    private FileCore(FileCore other) {
        replicas = other.replicas;
        replica = new FileReplica(other.replica);
        coordinator = new FileCoordinator(other.coordinator);
    }

    /** Returns an independent machine in the same state. */
    public FileCore copy() {
        return new FileCore(this);
    }

    /** Gives all that makes up the state, in a fixed order. */
    void describe(Consumer<@Nullable Object> sink) {
        replica.describe(sink);
        coordinator.describe(sink);
    }

    public Committed committed() {
        return replica.committed();
    }

    public Optional<Pending> pending() {
        return replica.pending();
    }

    boolean awaits(FileMessage.ToCoordinator message) {
        return coordinator.awaits(message);
    }

    /** Returns the ballot under which this host coordinates the file, none if it does not. */
    public Optional<Ballot> coordinates() {
        return coordinator.ballot();
    }

    /** Whether a batch may be proposed on top of this state: this host coordinates the file, and nothing is under way. */
    public boolean isReady(StateId base) {
        return coordinator.isReady(base);
    }

    /** Whether a state is on its way here, or has arrived and is not installed yet. */
    public boolean isFetching() {
        return replica.isFetching();
    }

    /** Whether no write, no transfer and no proposal is under way. */
    public boolean isQuiet() {
        return replica.isQuiet() && coordinator.isQuiet();
    }

    /** Whether the coordinator serves a state that not all replicas are known to hold. */
    public boolean someBehind() {
        return coordinator.someBehind();
    }

    /** Whether the coordinator serves, and all replicas are known to hold the state that it serves. */
    public boolean isHeldByAll() {
        return coordinator.isHeldByAll();
    }

    /**
     * Somebody has seen a replica without the state that this host serves, though that one may have said to hold it: it lost
     * it since. {@link #resend} asks all of them.
     */
    public void doubtHolders() {
        coordinator.doubtHolders();
    }

    /** The host leads the slot in this ballot (I1): takes the file over. */
    public List<Effect> lead(Ballot ballot, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        coordinator.lead(ballot, out);
        return loop(out, slot);
    }

    /** The host leads the slot no longer. Reads that wait go on waiting; forget those that are sent elsewhere. */
    public void resign() {
        coordinator.resign();
    }

    /** Proposes the next batch, after {@link Effect.Ready} and on top of that state. */
    public List<Effect> propose(StateId before, StateId id, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        coordinator.propose(before, id, out);
        return loop(out, slot);
    }

    /** A read arrived. {@link Effect.Answerable} will say when it may be answered. */
    public List<Effect> read(long read) {
        List<Effect> out = new ArrayList<>();
        coordinator.read(read, out);
        return out;
    }

    /** A round of confirmations that began after the read arrived has ended well, under this ballot (I7). */
    public List<Effect> confirmed(Ballot ballot, long read) {
        List<Effect> out = new ArrayList<>();
        coordinator.confirmed(ballot, read, out);
        return out;
    }

    /** Nobody waits for a read any more. */
    public void forget(long read) {
        coordinator.forget(read);
    }

    public List<Effect> on(HostId from, FileMessage message, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        deliver(from, message, slot, out);
        return loop(out, slot);
    }

    /** The write of the last {@link Effect.Persist} has ended. */
    public List<Effect> written(WriteResult result, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        replica.written(result, slot, out);
        return loop(out, slot);
    }

    /** A state that was to be fetched is here, with all its bytes; not installed yet. */
    public List<Effect> stateArrived(Committed state, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        replica.stateArrived(state, slot, out);
        return loop(out, slot);
    }

    public List<Effect> stateNotFetched(SlotView slot) {
        List<Effect> out = new ArrayList<>();
        replica.stateNotFetched();
        coordinator.notFetched(out);
        return loop(out, slot);
    }

    /** A batch that was to be fetched is here, with all its bytes. */
    public List<Effect> batchArrived(StateId id, SlotView slot) {
        List<Effect> out = new ArrayList<>();
        coordinator.batchArrived(id, replica, out);
        return loop(out, slot);
    }

    public List<Effect> batchNotFetched(SlotView slot) {
        List<Effect> out = new ArrayList<>();
        coordinator.notFetched(out);
        return loop(out, slot);
    }

    /** Time has passed without answers: says again what may be lost. */
    public List<Effect> resend(SlotView slot) {
        List<Effect> out = new ArrayList<>();
        coordinator.resend(replica, out);
        return loop(out, slot);
    }

    /** What the coordinator and the own replica say to each other takes no way over the network. */
    private List<Effect> loop(List<Effect> first, SlotView slot) {
        List<Effect> done = new ArrayList<>();
        Deque<Effect> open = new ArrayDeque<>(first);
        while (true) {
            while (!open.isEmpty()) {
                Effect effect = open.poll();
                if (effect instanceof Effect.Send send && send.to().equals(replicas.self())) {
                    List<Effect> more = new ArrayList<>();
                    deliver(replicas.self(), send.message(), slot, more);
                    more.forEach(open::add);
                } else {
                    done.add(effect);
                }
            }
            List<Effect> more = new ArrayList<>();
            coordinator.proceed(replica, more);
            if (more.isEmpty()) {
                return done;
            }
            open.addAll(more);
        }
    }

    private void deliver(HostId from, FileMessage message, SlotView slot, List<Effect> out) {
        if (message instanceof FileMessage.ToReplica toReplica) {
            replica.on(from, toReplica, slot, out);
        } else if (message instanceof FileMessage.ToCoordinator toCoordinator) {
            coordinator.on(from, toCoordinator, replica, out);
        }
    }
}
