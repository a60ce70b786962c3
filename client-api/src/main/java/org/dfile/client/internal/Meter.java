package org.dfile.client.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.client.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a caller how far a copy is: one call at a time, and only the newest count if the caller is slow. */
final class Meter {

    private static final Logger LOG = LoggerFactory.getLogger(Meter.class);

    private final Callbacks callbacks;
    private final Progress progress;
    private final long totalBytes;
    private final AtomicLong done = new AtomicLong();
    private volatile boolean complained;
    private final AtomicBoolean telling = new AtomicBoolean();

    Meter(Callbacks callbacks, Progress progress, long totalBytes) {
        this.callbacks = callbacks;
        this.progress = progress;
        this.totalBytes = totalBytes;
    }

    void add(long byteCount) {
        done.addAndGet(byteCount);
        if (progress != Progress.NONE && telling.compareAndSet(false, true)) {
            callbacks.run(this::tell);
        }
    }

    private void tell() {
        long told;
        do {
            told = done.get();
            tellOne(told);
            telling.set(false);
        } while (done.get() != told && telling.compareAndSet(false, true));
    }

    private void tellOne(long doneBytes) {
        try {
            progress.at(doneBytes, Math.max(totalBytes, doneBytes));
        } catch (RuntimeException e) {
            if (!complained) {
                complained = true;
                LOG.warn("a progress callback failed; it is told on, but this is not said again", e);
            }
        }
    }
}
