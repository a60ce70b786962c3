package org.dfile.manager.files;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Many transfers under way at once, at most {@code parallel}. One that fails does not stop the others, unless {@code
 * failFast}: then no further one is started.
 */
final class Transfers<T> {

    /**
     * How it ended.
     *
     * @param done transfers that succeeded
     * @param byteCount what they carried
     * @param failed transfers that were started and failed
     * @param notStarted transfers that were given up before they began
     * @param interrupted whether Ctrl-C ended it; what did not end soon after it counts as neither done nor failed
     */
    record Result(int done, long byteCount, int failed, int notStarted, boolean interrupted) {}

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final int parallel;
    private final boolean failFast;
    private final Function<T, CompletionStage<Long>> transfer;
    private final BiConsumer<T, Throwable> onFailure;
    private final Semaphore free;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong byteCount = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile boolean givenUp;

    /**
     * @param transfer starts one and promises the number of bytes it carried
     * @param onFailure is told of each that fails, by several threads
     */
    Transfers(
            int parallel,
            boolean failFast,
            Function<T, CompletionStage<Long>> transfer,
            BiConsumer<T, Throwable> onFailure) {
        this.parallel = parallel;
        this.failFast = failFast;
        this.transfer = transfer;
        this.onFailure = onFailure;
        this.free = new Semaphore(parallel);
    }

    /** Runs them all, in this order as far as they are started; returns when none is under way, or on an interrupt. */
    Result run(List<T> items) {
        int started = 0;
        try {
            for (T item : items) {
                free.acquire();
                if (failFast && failed.get() > 0) {
                    break;
                }
                started++;
                start(item);
            }
            free.acquire(started < items.size() ? parallel - 1 : parallel);
            return result(items.size() - started, false);
        } catch (InterruptedException e) {
            awaitGrace();
            return result(items.size() - started, true);
        }
    }

    /** What is under way may end in good order if it does so at once; after that nobody hears of it. */
    private void awaitGrace() {
        try {
            boolean ignored = free.tryAcquire(parallel, GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        givenUp = true;
    }

    private void start(T item) {
        transfer.apply(item).whenComplete((bytes, error) -> {
            try {
                if (givenUp) {
                    return;
                }
                if (error == null) {
                    done.incrementAndGet();
                    byteCount.addAndGet(bytes);
                } else {
                    failed.incrementAndGet();
                    onFailure.accept(item, error);
                }
            } finally {
                free.release();
            }
        });
    }

    private Result result(int notStarted, boolean interrupted) {
        return new Result(done.get(), byteCount.get(), failed.get(), notStarted, interrupted);
    }
}
