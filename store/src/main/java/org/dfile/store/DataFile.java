package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One append-only file of the volume, with the bytes of many files in it. Bytes are written at places that
 * {@link DataFiles} hands out, by many threads at a time, and never again (I11).
 */
final class DataFile {

    private final int number;
    private final Path path;
    private final FileChannel channel;
    private final Health health;
    private final AtomicLong liveBytes = new AtomicLong();

    /** How many writes are complete; a sync covers those that were complete when it began. */
    private final AtomicLong completed = new AtomicLong();

    private final AtomicLong unsyncedBytes = new AtomicLong();
    private final Object syncLock = new Object();
    private volatile long syncedUpTo;

    // Guarded by this.
    private int users = 1;

    /** Of whom the file must not be removed though nothing on disk refers to it; guarded by {@link DataFiles}. */
    int pins;

    /** Whether a sync ahead of the commit is on its way. */
    final AtomicBoolean syncAhead = new AtomicBoolean();

    DataFile(int number, Path path, FileChannel channel, Health health) {
        this.number = number;
        this.path = path;
        this.channel = channel;
        this.health = health;
    }

    /** Bytes that are covered by the sync of {@code file} up to {@code ticket}. */
    record SyncPoint(DataFile file, long ticket) {}

    int number() {
        return number;
    }

    Path path() {
        return path;
    }

    long liveBytes() {
        return liveBytes.get();
    }

    void addLiveBytes(long delta) {
        liveBytes.addAndGet(delta);
    }

    /** Bytes written that no sync has covered yet. */
    long unsyncedBytes() {
        return unsyncedBytes.get();
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Writes all that remains in {@code bytes}. A failure poisons the volume. */
    SyncPoint write(ByteBuffer bytes, long position) throws PoisonedException {
        int byteCount = bytes.remaining();
        try {
            for (long at = position; bytes.hasRemaining(); ) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw health.poison("writing " + path, e);
        }
        unsyncedBytes.addAndGet(byteCount);
        return new SyncPoint(this, completed.incrementAndGet());
    }

    /**
     * Returns when the writes up to {@code ticket} are on disk. The kernel reports a lost page to one caller of fsync
     * only, so syncs of a file come one after the other, and each looks first whether one before it has failed (I12).
     *
     * @return whether the disk was asked
     */
    boolean sync(long ticket) throws PoisonedException {
        if (syncedUpTo >= ticket) {
            return false;
        }
        synchronized (syncLock) {
            health.check();
            if (syncedUpTo >= ticket) {
                return false;
            }
            long covered = completed.get();
            long coveredBytes = unsyncedBytes.get();
            try {
                channel.force(false);
            } catch (IOException e) {
                throw health.poison("fsync of " + path, e);
            }
            unsyncedBytes.addAndGet(-coveredBytes);
            syncedUpTo = covered;
            return true;
        }
    }

    /** Syncs everything that is written by now. */
    boolean syncAll() throws PoisonedException {
        return sync(completed.get());
    }

    /** Reads until {@code target} is full. Returns false if the file ends before. */
    boolean read(ByteBuffer target, long position) throws IOException {
        for (long at = position; target.hasRemaining(); ) {
            int count = channel.read(target, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    /** Keeps the file open until {@link #release}. Returns false if it is closed already. */
    synchronized boolean acquire() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    /** Closes the file if nobody else uses it. */
    synchronized void release() throws IOException {
        users--;
        if (users == 0) {
            channel.close();
        }
    }
}
