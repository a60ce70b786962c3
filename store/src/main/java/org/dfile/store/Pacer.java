package org.dfile.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Keeps work in the background at a bounded rate, and ends its waits when it is told to stop. */
final class Pacer {

    /** What was not used is not saved up beyond this. */
    private static final long MOST_SAVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long bytesPerSecond;

    // Guarded by this.
    private long nextNanos = System.nanoTime();
    private boolean stopped;
    private boolean woken;

    Pacer(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Waits until this many bytes more may be read or written. Returns false if it is time to stop. */
    synchronized boolean pace(long byteCount) throws InterruptedException {
        long cost = (long) ((double) byteCount / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        nextNanos = Math.max(nextNanos, System.nanoTime() - MOST_SAVED_NANOS) + cost;
        for (long left = left(); !stopped && left > 0; left = left()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return !stopped;
    }

    private long left() {
        return nextNanos - System.nanoTime();
    }

    /** Waits this long, or until {@link #wake}. Returns false if it is time to stop. */
    synchronized boolean idle(Duration longest) throws InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        for (long left = longest.toNanos(); !stopped && !woken && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        woken = false;
        return !stopped;
    }

    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    synchronized boolean stopped() {
        return stopped;
    }
}
