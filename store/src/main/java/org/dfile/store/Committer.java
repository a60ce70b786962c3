package org.dfile.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes changes durable: takes all that wait, syncs the data files that they name, then writes their
 * records in one synced commit, then tells them (I11). While it works the next ones gather, so under load many share
 * one sync; a single one does not wait for others.
 *
 * <p>If all that wait are lazy, no sync is made for them. The next change brings them to the disk, or they are synced by
 * themselves if none comes soon.
 */
final class Committer {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /** How long lazy changes wait for one that is not. */
    private static final long LONGEST_UNSYNCED_MILLIS = 50;

    private final StoreSettings settings;
    private final DataFiles dataFiles;
    private final Stager stager;
    private final SpaceGuard space;
    private final Health health;
    private final AtomicLong nextId;
    private final Slots slots;

    /** Empty for the last one: stop. */
    private final BlockingQueue<Optional<Change<?>>> queue;

    private final Thread thread = new Thread(this::run, "dfile-store-committer");
    private final AtomicLong commits = new AtomicLong();

    /** Changes that were handed over, those that are committed, and those that are on disk. */
    private final AtomicLong submitted = new AtomicLong();

    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong durable = new AtomicLong();
    private final LazyWrites lazyWrites;
    private volatile Records.Totals totals;

    Committer(
            StoreSettings settings,
            Database database,
            DataFiles dataFiles,
            Stager stager,
            SpaceGuard space,
            Health health,
            AtomicLong nextId,
            Slots slots,
            Records.Totals totals) {
        this.settings = settings;
        this.dataFiles = dataFiles;
        this.stager = stager;
        this.space = space;
        this.health = health;
        this.nextId = nextId;
        this.slots = slots;
        this.totals = totals;
        this.lazyWrites = new LazyWrites(database, dataFiles);
        this.queue = new ArrayBlockingQueue<>(settings.commitQueueLength());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Hands a change over; waits while the queue is full. */
    void submit(Change<?> change) throws InterruptedException {
        submitted.incrementAndGet();
        queue.put(Optional.of(change));
    }

    /** Hands a change over and waits until it is on disk. */
    <T> T commit(Change<T> change) throws PoisonedException, InterruptedException {
        submit(change);
        try {
            return change.done().join();
        } catch (CompletionException e) {
            throw health.poison("a commit", e); // it fails for no other reason
        }
    }

    /** Finishes what was submitted. Nothing may be submitted any more. */
    void stop() throws InterruptedException {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the store cannot be closed from a callback of its committer");
        }
        queue.put(Optional.empty());
        thread.join();
    }

    Records.Totals totals() {
        return totals;
    }

    /** Whether everything that was handed over before this call is on disk, or committed if it is lazy. */
    boolean settled() {
        long before = committed.get();
        return before == submitted.get();
    }

    /** Whether everything that was handed over before this call is on disk. */
    boolean synced() {
        long before = durable.get();
        return before == submitted.get();
    }

    /** How many changes are committed that a crash would lose. */
    long unsynced() {
        long onDisk = durable.get();
        return committed.get() - onDisk;
    }

    long logSyncs() {
        return lazyWrites.syncs();
    }

    /** How many commits there were. */
    long commits() {
        return commits.get();
    }

    private void run() {
        try {
            List<Change<?>> group = nextGroup();
            while (!group.isEmpty()) {
                commit(group);
                group = nextGroup();
            }
            syncRest();
        } catch (InterruptedException e) {
            // Nobody has this thread but the store, which does not interrupt it.
            health.poison("the committer was interrupted", e);
        }
    }

    /** Waits for a change and takes what else is there, up to the limits. Empty for the end. */
    private List<Change<?>> nextGroup() throws InterruptedException {
        List<Change<?>> group = new ArrayList<>();
        Optional<Change<?>> next = next();
        long byteCount = 0;
        while (next != null && next.isPresent()) {
            group.add(next.get());
            byteCount += next.get().spaceBytes();
            if (group.size() >= settings.commitGroupLength() || byteCount >= settings.commitGroupBytes()) {
                return group;
            }
            // The end stays in the queue until it comes first.
            Optional<Change<?>> head = queue.peek();
            next = head == null || head.isEmpty() ? null : queue.poll();
        }
        return group;
    }

    private Optional<Change<?>> next() throws InterruptedException {
        if (!lazyWrites.isEmpty()) {
            Optional<Change<?>> soon = queue.poll(LONGEST_UNSYNCED_MILLIS, TimeUnit.MILLISECONDS);
            if (soon != null) {
                return soon;
            }
            syncRest();
        }
        return queue.take();
    }

    /** Syncs lazy changes that nothing followed. */
    private void syncRest() {
        if (lazyWrites.isEmpty() || health.poisoned()) {
            return;
        }
        try {
            lazyWrites.sync(List.of());
            lazyWrites.letGo();
            durable.set(committed.get());
        } catch (PoisonedException e) {
            LOG.debug("after a commit", e); // whoever comes next is told
        } catch (RocksDBException | RuntimeException | Error e) {
            health.poison("committing records", e);
        }
    }

    private void commit(List<Change<?>> group) {
        try {
            health.check();
            Records.Totals after = write(group);
            commits.incrementAndGet();
            committed.addAndGet(group.size());
            if (lazyWrites.isEmpty()) {
                lazyWrites.letGo();
                durable.set(committed.get());
            }
            totals = after;
        } catch (PoisonedException e) {
            failAll(group, e);
            return;
        } catch (RocksDBException | RuntimeException | Error e) {
            failAll(group, health.poison("committing records", e));
            return;
        }
        group.forEach(this::complete);
    }

    private Records.Totals write(List<Change<?>> group) throws PoisonedException, RocksDBException {
        List<Mutation> mutations = new ArrayList<>();
        Map<Integer, Long> live = new HashMap<>();
        long files = totals.files();
        long lengths = totals.lengths();
        long pieceBytes = totals.pieceBytes();
        long changes = totals.changes();
        for (Change<?> change : group) {
            for (DataFile.SyncPoint point : change.syncPoints()) {
                dataFiles.sync(point); // I11: bytes before the record that names them
            }
            mutations.addAll(change.mutations());
            change.steps().forEach(step -> mutations.add(step.mutation()));
            change.live().byDataFile().forEach((file, delta) -> live.merge(file, delta, Long::sum));
            FileChange file = change.file();
            if (file != null) {
                changes++;
                addRecord(file, changes, mutations);
                files += file.fileCount();
                lengths += file.lengthSum();
            }
            pieceBytes += change.live().inPieces();
        }
        live.forEach((file, delta) -> putLiveBytes(mutations, file, dataFiles.liveBytes(file) + delta));
        Records.Totals after = new Records.Totals(files, lengths, pieceBytes, nextId.get(), changes);
        mutations.add(after.put());
        if (lazyWrites.hasRoom() && group.stream().allMatch(Change::lazy)) {
            lazyWrites.write(mutations, live.keySet());
        } else {
            lazyWrites.sync(mutations);
        }
        live.forEach(dataFiles::addLiveBytes);
        group.forEach(change -> change.steps().forEach(slots::stored));
        return after;
    }

    /** The record, its footprint, the place of the name in the order of changes, and the slot's digest belong together. */
    private void addRecord(FileChange file, long number, List<Mutation> mutations) {
        byte[] name = file.name().utf8();
        byte[] inSlot = Keys.inSlot(file.name());
        Footprint before = file.before();
        FileRecord after = file.after() == null ? null : file.after().withChange(number);
        if (before != null) {
            mutations.add(new Mutation.Delete(Family.CHANGES, Keys.change(before.change())));
        }
        if (after == null) {
            mutations.add(new Mutation.Delete(Family.FILES, name));
            mutations.add(new Mutation.Delete(Family.NAMES, inSlot));
        } else {
            mutations.add(new Mutation.Put(Family.FILES, name, RecordCodec.encode(after)));
            mutations.add(new Mutation.Put(
                    Family.NAMES, inSlot, file.footprint(number).encode()));
            mutations.add(new Mutation.Put(Family.CHANGES, Keys.change(number), name));
        }
        mutations.add(slots.addToDigest(file.name().slot(), file.recordCount(), file.digestChange()));
    }

    private static void putLiveBytes(List<Mutation> mutations, int file, long byteCount) {
        mutations.add(Records.putLiveBytes(file, byteCount));
        if (byteCount == 0) {
            mutations.add(new Mutation.DeleteRange(Family.PLACES, Keys.places(file), Keys.places(file + 1)));
        }
    }

    private void complete(Change<?> change) {
        try {
            letGo(change);
        } catch (PoisonedException e) {
            // The change itself is on disk; the volume is poisoned, so whoever comes next is told.
            LOG.debug("after a commit", e);
        } catch (RuntimeException e) {
            health.poison("after a commit", e); // the sums in memory are wrong now
        }
        change.onEnd().run();
        tell(change);
    }

    private static <T> void tell(Change<T> change) {
        change.done().complete(change.result());
    }

    private void letGo(Change<?> change) throws PoisonedException {
        space.settle(change.spaceBytes());
        for (Staged staged : change.staged()) {
            stager.applied(staged);
        }
        for (DataFiles.Written written : change.folded()) {
            dataFiles.unpin(written.run().file());
        }
        for (int file : change.live().byDataFile().keySet()) {
            dataFiles.removeIfDead(file);
        }
    }

    private void failAll(List<Change<?>> group, PoisonedException failure) {
        for (Change<?> change : group) {
            change.onEnd().run();
            change.done().completeExceptionally(failure);
        }
    }
}
