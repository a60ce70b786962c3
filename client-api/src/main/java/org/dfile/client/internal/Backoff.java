package org.dfile.client.internal;

import java.util.function.LongUnaryOperator;

/**
 * How long to wait before an attempt is repeated, in nanoseconds.
 *
 * @param silence wait for an answer to the first attempt; doubles with each
 * @param longestSilence where the doubling ends
 * @param refused wait after the first refusal for want of room; doubles up to {@code silence}
 * @param jitter spreads a wait, so that many do not come back at one moment
 */
record Backoff(long silence, long longestSilence, long refused, LongUnaryOperator jitter) {

    private static final int MOST_DOUBLINGS = 20;

    long afterSilence(int attempts) {
        return wait(silence, attempts, longestSilence);
    }

    long afterRefusal(int attempts) {
        return wait(refused, attempts, silence);
    }

    private long wait(long first, int attempts, long longest) {
        int doublings = Math.min(MOST_DOUBLINGS, Math.max(0, attempts - 1));
        return jitter.applyAsLong(Math.min(longest, first << doublings));
    }
}
