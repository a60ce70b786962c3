package org.dfile.store;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Lets calls through while the store is open and healthy, so that nothing native is closed under one. */
final class Gate {

    private final Path path;
    private final Health health;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    // Guarded by lock.
    private boolean closed;

    Gate(Path path, Health health) {
        this.path = path;
        this.health = health;
    }

    /** What is to be done while the store is open. */
    interface Call<T> {
        T run() throws StoreException;
    }

    <T> T call(Call<T> call) throws StoreException {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed: " + path);
            }
            health.check();
            return call.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** As {@link #call}, for what completes later. */
    <T> CompletionStage<T> stage(Call<CompletionStage<T>> call) {
        try {
            return call(call);
        } catch (StoreException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Runs something also if the volume is poisoned, but not if the store is closed: then it did that itself. */
    void unlessClosed(Runnable work) {
        lock.readLock().lock();
        try {
            if (!closed) {
                work.run();
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for the calls under way and lets no more through. Returns false if that was so already. */
    boolean close() {
        lock.writeLock().lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
