package org.dfile.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes changes durable: takes all that wait, syncs the data files that they name, then writes their
 * records in one synced commit, then tells them (I11). While it works the next ones gather, so under load many share
 * one sync; a single one does not wait for others.
 */
final class Committer {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private final StoreSettings settings;
    private final Database database;
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

    /** Changes that were handed over, and those that are on disk. */
    private final AtomicLong submitted = new AtomicLong();

    private final AtomicLong durable = new AtomicLong();
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
        this.database = database;
        this.dataFiles = dataFiles;
        this.stager = stager;
        this.space = space;
        this.health = health;
        this.nextId = nextId;
        this.slots = slots;
        this.totals = totals;
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

    /** Whether everything that was handed over before this call is on disk. */
    boolean settled() {
        long onDisk = durable.get();
        return onDisk == submitted.get();
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
        } catch (InterruptedException e) {
            // Nobody has this thread but the store, which does not interrupt it.
            health.poison("the committer was interrupted", e);
        }
    }

    /** Waits for a change and takes what else is there, up to the limits. Empty for the end. */
    private List<Change<?>> nextGroup() throws InterruptedException {
        List<Change<?>> group = new ArrayList<>();
        Optional<Change<?>> next = queue.take();
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

    private void commit(List<Change<?>> group) {
        try {
            health.check();
            Records.Totals after = write(group);
            commits.incrementAndGet();
            durable.addAndGet(group.size());
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
        database.write(mutations);
        live.forEach(dataFiles::addLiveBytes);
        return after;
    }

    /** The record, the place of the name in the order of changes, and the digest of its slot belong together. */
    private void addRecord(FileChange file, long number, List<Mutation> mutations) {
        byte[] name = file.name().utf8();
        FileRecord before = file.before();
        FileRecord after = file.after();
        if (before != null) {
            mutations.add(new Mutation.Delete(Family.CHANGES, Keys.change(before.change())));
        }
        if (after == null) {
            mutations.add(new Mutation.Delete(Family.FILES, name));
        } else {
            mutations.add(new Mutation.Put(Family.FILES, name, RecordCodec.encode(after.withChange(number))));
            mutations.add(new Mutation.Put(Family.CHANGES, Keys.change(number), name));
        }
        mutations.add(slots.addToDigest(file.name().slot(), file.recordCount(), file.digest()));
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
