package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;

/** Keeps chains of changes running until they shall stop, and collects failures that must not be. */
final class LoadGate {

    /** Leaves the nodes a part of the processors, for nodes that start meanwhile. */
    private static final Executor PACE = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final CountDownLatch running;
    private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    LoadGate(int chains) {
        this.running = new CountDownLatch(chains);
    }

    /**
     * Returns whether the change may have been made. While nodes come and go its outcome may stay unknown, or it may
     * never have been executed; any other failure is a surprise.
     */
    boolean isUnknown(Throwable error) {
        Failure failure = DFileException.failureOf(error).orElse(null);
        boolean notExecuted = failure instanceof Failure.ShuttingDown
                || failure instanceof Failure.Busy
                || failure instanceof Failure.OutOfOrder;
        if (!notExecuted && !(failure instanceof Failure.TimedOut)) {
            surprises.add(error);
        }
        return !notExecuted;
    }

    void goOn(Runnable next) {
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

    void failOnSurprise() {
        if (!surprises.isEmpty()) {
            throw new AssertionError("a change failed as it must not: " + surprises.peek(), surprises.peek());
        }
    }

    void finish() {
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
}
