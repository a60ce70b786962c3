package org.dfile.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dfile.model.Limits;
import org.rocksdb.RocksDBException;

/**
 * Decides before anything is written whether there is room for it above the reserve. The file system is asked now and
 * then; between, what was granted since counts as used.
 */
final class SpaceGuard {

    private static final int LARGEST_PART_FOR_RESERVE = 4;

    private final java.nio.file.FileStore fileSystem;
    private final Database database;
    private final StoreSettings settings;
    private final long reserveBytes;

    // Guarded by this.
    private long usableBytes;
    private long compactionBytes;
    private long askedNanos;
    private long grantedSince;
    private long underWay;

    SpaceGuard(Path directory, Database database, StoreSettings settings) throws IOException {
        this.fileSystem = Files.getFileStore(directory);
        this.database = database;
        this.settings = settings;
        this.reserveBytes = Math.min(settings.reserveBytes(), fileSystem.getTotalSpace() / LARGEST_PART_FOR_RESERVE);
        ask();
    }

    /**
     * Takes room for compaction, which gives back more than it takes: also from what writes leave for RocksDB's
     * compactions, and from half of the reserve.
     */
    synchronized void takeForCompaction(long byteCount) throws VolumeFullException {
        ask();
        long left = left() + compactionBytes + reserveBytes / 2;
        if (byteCount > left) {
            throw new VolumeFullException(byteCount, Math.max(0, left));
        }
        grantedSince += byteCount;
        underWay += byteCount;
    }

    /** Takes room for bytes to be written, until {@link #settle} says that they are. */
    synchronized void take(long byteCount) throws VolumeFullException {
        check(byteCount);
        grantedSince += byteCount;
        underWay += byteCount;
    }

    /** Fails if there is no room for bytes to be written; they may be 0, for which there always is. */
    synchronized void check(long byteCount) throws VolumeFullException {
        if (byteCount == 0) {
            return;
        }
        if (System.nanoTime() - askedNanos > settings.spaceCheckInterval().toNanos()) {
            ask();
        }
        if (byteCount > left()) {
            ask();
        }
        if (byteCount > left()) {
            throw new VolumeFullException(byteCount, Math.max(0, left()));
        }
    }

    /** What was taken is written, or will not be: the file system knows. */
    synchronized void settle(long byteCount) {
        underWay -= byteCount;
    }

    /**
     * What is left.
     *
     * @param freeBytes of the file system
     * @param reserveBytes how much of them is kept free of files
     * @param bytes what changes may take
     */
    record Room(long freeBytes, long reserveBytes, long bytes) {}

    /** Asks the file system, but not RocksDB, which may be closed already. */
    synchronized Room room() {
        long free = freeBytes();
        long kept = reserveBytes + compactionBytes;
        return new Room(free, kept, free - underWay - kept);
    }

    /** Whether there is no room for a piece of the largest size. */
    boolean full() {
        return room().bytes() < Limits.MAX_CHUNK_BYTES;
    }

    private long freeBytes() {
        try {
            return fileSystem.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("the file system does not tell its free space", e);
        }
    }

    private long left() {
        return usableBytes - grantedSince - reserveBytes - compactionBytes;
    }

    /** Asks the file system and RocksDB anew, which must be open. */
    synchronized void ask() {
        usableBytes = freeBytes();
        try {
            compactionBytes = Math.min(settings.compactionBytes(), database.tableBytes());
        } catch (RocksDBException e) {
            throw new IllegalStateException("RocksDB does not tell the size of its tables", e);
        }
        grantedSince = underWay;
        askedNanos = System.nanoTime();
    }
}
