package org.dfile.replication.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;

/** States and batches on their way from one host to another. */
final class Fetches {

    private static final int PATIENCE_MICROS = 40_000;

    private final HostProcess process;
    private final Map<Long, Consumer<Optional<SimDisk.Holding>>> states = new HashMap<>();
    private final Map<Long, Consumer<Optional<Batch>>> batches = new HashMap<>();

    Fetches(HostProcess process) {
        this.process = process;
    }

    /** Asks for a state, or a later one; the answer is empty if it does not come. */
    void state(HostId from, FileName name, StateId id, Consumer<Optional<SimDisk.Holding>> then) {
        long request = process.world.nextId();
        states.put(request, then);
        process.send(from, new Packet.StateWanted(request, name, id));
        process.in(PATIENCE_MICROS, () -> end(states, request, Optional.empty()));
    }

    void batch(HostId from, FileName name, StateId id, Consumer<Optional<Batch>> then) {
        long request = process.world.nextId();
        batches.put(request, then);
        process.send(from, new Packet.BatchWanted(request, name, id));
        process.in(PATIENCE_MICROS, () -> end(batches, request, Optional.empty()));
    }

    private static <T> void end(Map<Long, Consumer<T>> open, long request, T answer) {
        Consumer<T> then = open.remove(request);
        if (then != null) {
            then.accept(answer);
        }
    }

    void on(String from, Packet packet) {
        if (packet instanceof Packet.StateWanted wanted) {
            process.send(new HostId(from), new Packet.StateSent(wanted.request(), holding(wanted)));
        } else if (packet instanceof Packet.StateSent sent) {
            end(states, sent.request(), sent.holding());
        } else if (packet instanceof Packet.BatchWanted wanted) {
            process.send(new HostId(from), new Packet.BatchSent(wanted.request(), pending(wanted)));
        } else if (packet instanceof Packet.BatchSent sent) {
            end(batches, sent.request(), sent.batch());
        } else {
            throw new AssertionError("a packet that is not handled: " + packet);
        }
    }

    /** An amnesiac replica serves no state (I9). */
    private Optional<SimDisk.Holding> holding(Packet.StateWanted wanted) {
        SimDisk.Holding holding =
                process.host.disk.durable().file(wanted.name()).holding();
        boolean there = process.host.votes(wanted.name())
                && !wanted.id().isAbove(holding.committed().id());
        if (there) {
            process.world.counts.add(Counts.Of.STATES_SENT);
        }
        return there ? Optional.of(holding) : Optional.empty();
    }

    private Optional<Batch> pending(Packet.BatchWanted wanted) {
        return process.host
                .disk
                .durable()
                .file(wanted.name())
                .pending()
                .filter(pending -> process.host.votes(wanted.name())
                        && pending.pending().id().equals(wanted.id()))
                .map(SimDisk.PendingBatch::batch);
    }
}
