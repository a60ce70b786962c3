package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.dfile.cluster.Stages;

/** Keeps lanes going until told to stop. */
final class Traffic {

    private final Tally tally;
    private final CountDownLatch running;
    private volatile boolean stopped;

    Traffic(List<Lane> lanes, Tally tally) {
        this.tally = tally;
        this.running = new CountDownLatch(lanes.size());
        for (Lane lane : lanes) {
            Executor pace = CompletableFuture.delayedExecutor(lane.pause().toMillis(), TimeUnit.MILLISECONDS);
            pace.execute(() -> next(lane, pace));
        }
    }

    private void next(Lane lane, Executor pace) {
        if (stopped || tally.isSurprised()) {
            running.countDown();
            return;
        }
        try {
            lane.step().whenComplete((done, error) -> {
                if (error != null) {
                    tally.surprise(error);
                }
                pace.execute(() -> next(lane, pace));
            });
        } catch (RuntimeException | AssertionError e) {
            tally.surprise(e);
            running.countDown();
        }
    }

    void stop() {
        stopped = true;
        try {
            assertThat(running.await(Stages.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("all calls complete")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
