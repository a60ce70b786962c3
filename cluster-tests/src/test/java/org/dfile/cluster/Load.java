package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Chains of changes that go on until told to stop, and what must be there afterwards. A failure that must not be stops them
 * all.
 */
abstract class Load {

    /** Leaves the nodes a part of the processors, for nodes that start meanwhile. */
    private static final Executor PACE = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final CountDownLatch running;
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile boolean stopped;

    Load(int chains) {
        this.running = new CountDownLatch(chains);
    }

    /** One change has ended, of which may be known that it was made, or that it was not; its chain goes on. */
    final void ended(@Nullable Throwable error, Runnable ifAcknowledged, Runnable ifNotExecuted, Runnable next) {
        if (error == null) {
            ifAcknowledged.run();
            acknowledged.incrementAndGet();
        } else if (!isUnknown(error)) {
            ifNotExecuted.run();
        }
        goOn(next);
    }

    /**
     * Returns whether the change may have been made. While nodes come and go its outcome may stay unknown, or it may
     * never have been executed; any other failure is a surprise.
     */
    private boolean isUnknown(Throwable error) {
        Failure failure = DFileException.failureOf(error).orElse(null);
        boolean notExecuted = failure instanceof Failure.ShuttingDown
                || failure instanceof Failure.Busy
                || failure instanceof Failure.OutOfOrder;
        if (!notExecuted && !(failure instanceof Failure.TimedOut)) {
            surprises.add(error);
        }
        return !notExecuted;
    }

    private void goOn(Runnable next) {
        if (stopped || !surprises.isEmpty()) {
            running.countDown();
        } else {
            PACE.execute(() -> runOrStop(next));
        }
    }

    private void runOrStop(Runnable next) {
        try {
            next.run();
        } catch (RuntimeException e) {
            surprises.add(e);
            running.countDown();
        }
    }

    private void failOnSurprise() {
        if (!surprises.isEmpty()) {
            throw new AssertionError("a change failed as it must not: " + surprises.peek(), surprises.peek());
        }
    }

    /** Returns how many changes were acknowledged so far; throws if one failed as it must not. */
    final int acknowledged() {
        failOnSurprise();
        return acknowledged.get();
    }

    /** Stops, and waits for what is under way. */
    final void finish() {
        stopped = true;
        try {
            assertThat(running.await(Stages.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("all changes complete")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        failOnSurprise();
    }

    /** Asserts that everything acknowledged is there, and nothing that cannot be. */
    abstract void verify(DFileSystem reader);
}
