package org.dfile.store.history;

import java.util.concurrent.atomic.LongAdder;

/** What all histories of a run did together. */
final class Counts {

    private final LongAdder seeds = new LongAdder();
    private final LongAdder operations = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private final LongAdder compactedBytes = new LongAdder();
    private final LongAdder scrubs = new LongAdder();
    private final LongAdder transfers = new LongAdder();

    /** A history that came to its end. */
    void seed() {
        seeds.increment();
    }

    void operation() {
        operations.increment();
    }

    void restart() {
        restarts.increment();
    }

    /** A kill, a power cut or damage. */
    void fault() {
        faults.increment();
    }

    void compacted(long byteCount) {
        compactedBytes.add(byteCount);
    }

    void scrub() {
        scrubs.increment();
    }

    void transfer() {
        transfers.increment();
    }

    long compactedBytes() {
        return compactedBytes.sum();
    }

    @Override
    public String toString() {
        return seeds + " seeds, " + operations + " operations, " + restarts + " restarts, " + faults + " faults, "
                + transfers + " states transferred, " + scrubs + " scrubs, " + compactedBytes + " bytes compacted";
    }
}
