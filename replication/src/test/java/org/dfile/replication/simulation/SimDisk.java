package org.dfile.replication.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.replication.batch.FileImage;

/**
 * The volume of a host. Writes are put in order at once, and become durable in that order, many with one sync. Every rule
 * about a single replica's disk is enforced when a write is put in order, as {@code ReplicaStore} says.
 *
 * <p>A crash keeps what was synced and any number of the writes after it, in order; one of them may be torn, which is
 * noticed and counts as lost (I13).
 */
final class SimDisk {

    /** A committed state, bytes and all. */
    record Holding(Committed committed, FileImage image) {

        static final Holding NONE = new Holding(Committed.NONE, FileImage.NONE);
    }

    record PendingBatch(Pending pending, Batch batch) {}

    record FileRecord(Holding holding, Optional<PendingBatch> pending) {

        static final FileRecord NONE = new FileRecord(Holding.NONE, Optional.empty());

        private WriteResult.Written written() {
            return new WriteResult.Written(holding.committed(), pending.map(PendingBatch::pending));
        }
    }

    /** All that a volume holds at one moment of its history. */
    record Contents(Optional<Ballot> promised, long floor, Map<FileName, FileRecord> files) {

        static final Contents EMPTY = new Contents(Optional.empty(), 0, Map.of());

        FileRecord file(FileName name) {
            return files.getOrDefault(name, FileRecord.NONE);
        }

        private Contents promise(Ballot ballot) {
            boolean higher = promised.isEmpty() || ballot.compareTo(promised.get()) > 0;
            return higher ? new Contents(Optional.of(ballot), floor, files) : this;
        }

        Contents with(FileName name, FileRecord file) {
            Map<FileName, FileRecord> changed = new TreeMap<>(files);
            changed.put(name, file);
            return new Contents(promised, floor, changed);
        }
    }

    private record Write(Contents after, Runnable done) {}

    private final Simulation world;
    private Contents ordered = Contents.EMPTY;
    private Contents durable = Contents.EMPTY;
    private final Deque<Write> queue = new ArrayDeque<>();
    private boolean syncing;
    private long epoch;
    private long bootCount;
    private long listVersion = 1;
    boolean full;
    boolean failing;
    int slowness = 1;
    Runnable failed = () -> {};

    SimDisk(Simulation world) {
        this.world = world;
    }

    Contents ordered() {
        return ordered;
    }

    Contents durable() {
        return durable;
    }

    // -- as ReplicaStore

    void promise(Ballot ballot, Runnable done) {
        submit(ordered.promise(ballot), done);
    }

    /** @param done told when the write has ended, with what the volume then holds of the file */
    void write(FileName name, FileWrite write, Optional<Batch> batch, Consumer<Ended> done) {
        FileRecord before = ordered.file(name);
        if (write instanceof FileWrite.Accept accept) {
            accept(name, before, accept, batch.orElseThrow(), done);
        } else if (write instanceof FileWrite.Promote promote) {
            submit(name, promoted(before, promote.id(), promote.ballot()), done);
        } else {
            throw new AssertionError("a write that is not handled: " + write);
        }
    }

    /** How a write ended. */
    record Ended(WriteResult result, FileRecord file) {}

    private void accept(FileName name, FileRecord before, FileWrite.Accept accept, Batch batch, Consumer<Ended> done) {
        Ballot ballot = accept.ballot();
        FileRecord base = accept.promoteFirst() ? promoted(before, accept.before(), ballot) : before;
        Committed committed = base.holding().committed();
        boolean nameless = committed.id().equals(StateId.NONE);
        if (ordered.promised().isPresent() && ordered.promised().get().compareTo(ballot) > 0) {
            now(done, new WriteResult.Outvoted(ordered.promised().get()), before); // I2
        } else if (nameless && batch.version().generation() <= ordered.floor()) {
            now(done, new WriteResult.TooLow(ordered.floor()), before); // I15
        } else if (full) {
            now(done, new WriteResult.NotWritten(), before);
        } else if (!committed.id().equals(accept.before())) {
            throw new Violation(Violation.Rule.HISTORY, "accept of " + accept + " on " + committed); // I4
        } else {
            Pending pending = new Pending(ballot, accept.before(), accept.id());
            FileRecord after = new FileRecord(base.holding(), Optional.of(new PendingBatch(pending, batch)));
            Contents contents = world.isBroken(Breakage.ACCEPT_RAISES_NO_PROMISE) ? ordered : ordered.promise(ballot);
            submit(contents.with(name, after), () -> done.accept(new Ended(after.written(), after)));
        }
    }

    /** The record with its pending batch as the committed state, if it is that one (I3). */
    private static FileRecord promoted(FileRecord before, StateId id, Ballot by) {
        if (before.pending().isEmpty() || !before.pending().get().pending().id().equals(id)) {
            return before;
        }
        FileImage image = before.holding().image().apply(before.pending().get().batch());
        return new FileRecord(
                new Holding(new Committed(id, !image.exists(), Optional.of(by)), image), Optional.empty());
    }

    void install(FileName name, Holding holding, boolean dropPending, Consumer<Ended> done) {
        FileRecord before = ordered.file(name);
        boolean above =
                holding.committed().id().isAbove(before.holding().committed().id()); // I19
        FileRecord after = above ? new FileRecord(holding, dropPending ? Optional.empty() : before.pending()) : before;
        if (full && above) {
            now(done, new WriteResult.NotWritten(), before);
        } else {
            submit(name, after, done);
        }
    }

    /** A state and the batch after it, taken over from others (I10); of two batches the one with the higher ballot stays. */
    void restore(FileName name, Holding state, Optional<PendingBatch> batch, Runnable done) {
        FileRecord before = ordered.file(name);
        boolean above =
                state.committed().id().isAbove(before.holding().committed().id());
        Holding holding = above ? state : before.holding();
        Optional<PendingBatch> pending = Stream.concat(batch.stream(), before.pending().stream())
                .filter(one -> one.pending().before().equals(holding.committed().id()))
                .max(Comparator.comparing(one -> one.pending().ballot()));
        submit(ordered.with(name, new FileRecord(holding, pending)), done);
    }

    /** Forgets a tombstone and raises the floor to its generation, unless the file has gone on (I15). */
    void purge(FileName name, StateId tombstone, Runnable done) {
        FileRecord before = ordered.file(name);
        if (!before.holding().committed().id().equals(tombstone)
                || before.pending().isPresent()) {
            return;
        }
        Map<FileName, FileRecord> files = new TreeMap<>(ordered.files());
        files.remove(name);
        long floor = world.isBroken(Breakage.PURGE_WITHOUT_FLOOR)
                ? ordered.floor()
                : Math.max(ordered.floor(), tombstone.version().generation());
        submit(new Contents(ordered.promised(), floor, files), done);
    }

    /** The promise, the floor, and with them the vote (I10). */
    void complete(Ballot ballot, long floor, Runnable done) {
        Contents promised = ordered.promise(ballot);
        submit(new Contents(promised.promised(), Math.max(floor, promised.floor()), promised.files()), done);
    }

    private void submit(FileName name, FileRecord after, Consumer<Ended> done) {
        submit(ordered.with(name, after), () -> done.accept(new Ended(after.written(), after)));
    }

    private void now(Consumer<Ended> done, WriteResult result, FileRecord file) {
        long submitted = epoch;
        world.agenda.after(1 + world.random.nextInt(300), () -> {
            if (epoch == submitted) {
                done.accept(new Ended(result, file));
            }
        });
    }

    private void submit(Contents after, Runnable done) {
        ordered = after;
        queue.add(new Write(after, done));
        sync();
    }

    // -- what a disk does

    private void sync() {
        if (syncing || queue.isEmpty()) {
            return;
        }
        syncing = true;
        long begun = epoch;
        int count = queue.size();
        long micros = (200L + world.random.nextInt(3_000)) * slowness;
        world.agenda.after(micros, () -> {
            if (epoch == begun) {
                synced(count);
            }
        });
    }

    private void synced(int count) {
        if (failing) {
            failing = false;
            failed.run(); // I12
            return;
        }
        List<Runnable> done = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Write write = queue.remove();
            durable = write.after;
            done.add(write.done);
        }
        done.forEach(Runnable::run);
        syncing = false;
        sync();
    }

    /** Opens it for a new life, which is counted before anybody hears of it (I1). */
    long open() {
        return world.isBroken(Breakage.LIFE_NOT_COUNTED) ? 1 : ++bootCount;
    }

    long listVersion() {
        return listVersion;
    }

    void crash() {
        epoch++;
        syncing = false;
        int kept = world.random.nextInt(queue.size() + 1);
        if (kept < queue.size() && world.random.nextBoolean()) {
            world.counts.add(Counts.Of.TORN);
        }
        for (int i = 0; i < kept; i++) {
            durable = queue.remove().after;
        }
        queue.clear();
        ordered = durable;
    }

    /** An empty disk in place of this one. */
    void wipe() {
        durable = Contents.EMPTY;
        ordered = Contents.EMPTY;
        bootCount = 0;
        listVersion++;
    }

    /** A file's record does not match its checksum any more. */
    void lose(FileName name) {
        Map<FileName, FileRecord> files = new TreeMap<>(durable.files());
        files.remove(name);
        durable = new Contents(durable.promised(), durable.floor(), files);
        ordered = durable;
    }

    /** The slot's record does not match its checksum any more. */
    void loseSlot() {
        durable = new Contents(Optional.empty(), 0, durable.files());
        ordered = durable;
    }
}
