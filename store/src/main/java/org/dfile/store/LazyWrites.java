package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.RocksDBException;

/**
 * What lazy changes have written for all to read, but not to the disk yet: it is written once more with the next synced
 * commit, in front of it and in one record of the log with it. So every record of the log is synced before the next one is
 * written, which {@link LogRecovery} relies on, and a crash loses lazy changes from some point on, never one in between.
 *
 * <p>Of the committer's thread, but for what is said otherwise.
 */
final class LazyWrites {

    /** It is kept in memory, so from this size on the next change is synced. */
    private static final long MOST_BYTES = 1 << 20;

    private final Database database;
    private final DataFiles dataFiles;
    private final List<Mutation> written = new ArrayList<>();
    private long byteCount;
    private final AtomicLong syncs = new AtomicLong();

    /** Data files that changed: records on disk may still refer to what nothing refers to any more. */
    private final List<Integer> held = new ArrayList<>();

    LazyWrites(Database database, DataFiles dataFiles) {
        this.database = database;
        this.dataFiles = dataFiles;
    }

    /** How often the log was synced; for any thread. */
    long syncs() {
        return syncs.get();
    }

    boolean isEmpty() {
        return written.isEmpty();
    }

    boolean hasRoom() {
        return byteCount < MOST_BYTES;
    }

    /** @param files data files whose live bytes change */
    void write(List<Mutation> mutations, Set<Integer> files) throws RocksDBException {
        files.forEach(dataFiles::pin);
        held.addAll(files);
        database.writeVolatile(mutations);
        written.addAll(mutations);
        byteCount += mutations.stream().mapToLong(Mutation::byteCount).sum();
    }

    /** Writes all that there is, and then more, in one commit. Returns when it is on disk. */
    void sync(List<Mutation> more) throws RocksDBException {
        List<Mutation> all = new ArrayList<>(written);
        all.addAll(more);
        database.write(all);
        syncs.incrementAndGet();
        written.clear();
        byteCount = 0;
    }

    /** Lets go of data files, after a sync and after the live bytes that it changed are known. */
    void letGo() throws PoisonedException {
        for (int file : held) {
            dataFiles.unpin(file);
        }
        held.clear();
    }
}
