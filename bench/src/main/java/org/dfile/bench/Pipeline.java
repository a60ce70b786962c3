package org.dfile.bench;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Keeps a number of operations in flight for a time, and says how many completed and how long each took. */
final class Pipeline {

    /** Operations per second, and the time of one of them. */
    record Rate(double perSecond, double p50Micros, double p99Micros) {}

    private final LongFunction<? extends CompletionStage<?>> operation;
    private final long deadlineNanos;
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private final ConcurrentHistogram nanos = new ConcurrentHistogram(3);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch idle;

    private Pipeline(int inFlight, Duration time, LongFunction<? extends CompletionStage<?>> operation) {
        this.operation = operation;
        this.deadlineNanos = System.nanoTime() + time.toNanos();
        this.idle = new CountDownLatch(inFlight);
    }

    /**
     * @param operation starts the operation of the number given, counted from 0
     * @throws IllegalStateException if one operation failed: a rate with failures in it means nothing
     */
    static Rate run(int inFlight, Duration time, LongFunction<? extends CompletionStage<?>> operation)
            throws InterruptedException {
        Pipeline pipeline = new Pipeline(inFlight, time, operation);
        long begin = System.nanoTime();
        for (int lane = 0; lane < inFlight; lane++) {
            pipeline.next();
        }
        pipeline.idle.await();
        double seconds = (System.nanoTime() - begin) / 1e9;
        Throwable failure = pipeline.failure.get();
        if (failure != null) {
            throw new IllegalStateException("an operation failed", failure);
        }
        return new Rate(
                pipeline.completed.get() / seconds,
                pipeline.nanos.getValueAtPercentile(50) / 1e3,
                pipeline.nanos.getValueAtPercentile(99) / 1e3);
    }

    private void next() {
        long begin = System.nanoTime();
        if (begin >= deadlineNanos || failure.get() != null) {
            idle.countDown();
            return;
        }
        operation.apply(started.getAndIncrement()).whenComplete((result, error) -> {
            if (error == null) {
                completed.incrementAndGet();
                nanos.recordValue(System.nanoTime() - begin);
            } else {
                failure.compareAndSet(null, error);
            }
            next();
        });
    }
}
