package org.dfile.replication.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** What is to happen, in order of virtual time; at one time in the order in which it was put down. */
final class Agenda {

    private record Entry(long time, long number, Runnable action) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparingLong(Entry::number));
    private long now;
    private long number;
    private long digest = 17;

    /** Returns virtual microseconds since the beginning. */
    long now() {
        return now;
    }

    /** Returns how much has happened. */
    long steps() {
        return number - entries.size();
    }

    /** Returns what two runs have in common only if they are one and the same. */
    long digest() {
        return digest;
    }

    void after(long micros, Runnable action) {
        entries.add(new Entry(now + Math.max(0, micros), number++, action));
    }

    /** Makes the next thing happen. */
    void step() {
        Entry next = entries.remove();
        now = next.time;
        digest = (digest * 31 + next.time) * 31 + next.number;
        next.action.run();
    }
}
