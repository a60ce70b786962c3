package org.dfile.cluster.thrash;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What has happened in one run. */
final class Tally {

    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private final Map<Integer, Long> lastAnswers = new ConcurrentHashMap<>();
    private final AtomicLong longestStallNanos = new AtomicLong();
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private volatile long began = System.nanoTime();

    /** Calls begin now. */
    void begin() {
        began = System.nanoTime();
    }

    void acknowledged(int client) {
        acknowledged.increment();
        long now = System.nanoTime();
        Long last = lastAnswers.put(client, now);
        if (last != null) {
            longestStallNanos.accumulateAndGet(now - last, Math::max);
        }
    }

    void unknown() {
        unknown.increment();
    }

    void refused() {
        refused.increment();
    }

    void surprise(Throwable error) {
        surprises.add(error);
    }

    void failOnSurprise() {
        Throwable first = surprises.peek();
        if (first != null) {
            throw new AssertionError("a call failed as it must not: " + first, first);
        }
    }

    boolean isSurprised() {
        return !surprises.isEmpty();
    }

    void fault(Fault fault) {
        faults.merge(fault, 1, Integer::sum);
    }

    /** While nobody could answer, nobody was stalled. */
    void forgiveStalls() {
        lastAnswers.clear();
    }

    long acknowledged() {
        return acknowledged.sum();
    }

    double minutes() {
        return (System.nanoTime() - began) / 60e9;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f minutes, %d acknowledged, %d unknown, %d refused, faults %s, longest stall of a client %.1f s",
                minutes(),
                acknowledged.sum(),
                unknown.sum(),
                refused.sum(),
                faults,
                longestStallNanos.get() / 1e9);
    }
}
