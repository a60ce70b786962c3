package org.dfile.actors.transfer;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A rate that many transfers share: each takes its turn after those that asked before. */
public final class SharedPace implements Pace {

    /** What was not used is not saved up beyond this. */
    private static final long MOST_SAVED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final double nanosPerByte;
    private final LongSupplier nanoClock;

    // Guarded by this.
    private long nextNanos;

    /** @param nanoClock such as {@link System#nanoTime} */
    public SharedPace(long bytesPerSecond, LongSupplier nanoClock) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(bytesPerSecond + " bytes per second");
        }
        this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        this.nanoClock = nanoClock;
        this.nextNanos = nanoClock.getAsLong();
    }

    @Override
    public synchronized long nanosUntil(int byteCount) {
        long now = nanoClock.getAsLong();
        long turn = Math.max(nextNanos, now - MOST_SAVED_NANOS);
        nextNanos = turn + (long) (byteCount * nanosPerByte);
        return Math.max(0, turn - now);
    }
}
