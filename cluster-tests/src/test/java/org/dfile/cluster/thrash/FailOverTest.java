package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.Stages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long writers wait when the host that coordinates their file is killed. The times are printed. */
final class FailOverTest {

    private static final int NODES = 3;
    private static final int APPENDS_BEFORE = 50;

    /** More than that is no fail-over; what is aimed at is far below. */
    private static final Duration MOST = ThrasherTest.CLEAN_WITHIN;

    @TempDir
    private Path folder;

    @Test
    void coordinator_killed_writersGoOn() throws IOException {
        try (ThrashedCluster cluster = ThrashedCluster.start(folder, NODES, NODES)) {
            DFileSystem files = cluster.connect();
            List<String> texts = new ArrayList<>();
            for (int victim : cluster.indexes()) {
                try (Writer writer = new Writer(files, nameCoordinatedBy(cluster, files, victim))) {
                    texts.add("n" + (victim + 1) + " killed: " + killAndRestart(cluster, victim, writer));
                }
            }
            texts.forEach(text -> System.out.println("fail-over, R = " + NODES + ", " + text));
        }
    }

    private static String killAndRestart(ThrashedCluster cluster, int victim, Writer writer) {
        await().atMost(MOST).until(() -> writer.acknowledged.get() >= APPENDS_BEFORE);
        cluster.node(victim).kill();
        long killed = System.nanoTime();
        double seconds = (Stages.get(writer.nextAfter(killed)) - killed) / 1e9;
        cluster.restart(List.of(victim));
        int back = writer.acknowledged.get();
        await().atMost(MOST).until(() -> writer.acknowledged.get() >= back + APPENDS_BEFORE);
        writer.close();
        assertThat(Stages.get(writer.files.stat(writer.name)).length())
                .as("bytes of what was acknowledged, and at most of what was not answered")
                .isBetween((long) writer.acknowledged.get(), (long) writer.begun.get());
        return "next acknowledged write after %.2f s, longest stall %.2f s, %d acknowledged"
                .formatted(seconds, writer.longestStall.get() / 1e9, writer.acknowledged.get());
    }

    private static String nameCoordinatedBy(ThrashedCluster cluster, DFileSystem files, int node) {
        int number = 0;
        while (cluster.indexOf(files.where("file" + number).get(0)) != node) {
            number++;
        }
        return "file" + number;
    }

    /** Appends a byte at a time, and notes when. */
    private static final class Writer implements AutoCloseable {

        private static final Executor PACE = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

        private final DFileSystem files;
        private final String name;
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger acknowledged = new AtomicInteger();
        private final AtomicLong lastAnswered;
        private final AtomicLong longestStall = new AtomicLong();
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Awaited awaited = new Awaited(Long.MAX_VALUE, new CompletableFuture<>());
        private volatile boolean stopped;

        /** The first answer to what was begun after a moment. */
        private record Awaited(long after, CompletableFuture<Long> answeredAt) {}

        Writer(DFileSystem files, String name) {
            this.files = files;
            this.name = name;
            this.lastAnswered = new AtomicLong(System.nanoTime());
            next();
        }

        private void next() {
            if (stopped) {
                ended.countDown();
                return;
            }
            begun.incrementAndGet();
            long now = System.nanoTime();
            CompletionStage<?> append = files.append(name, new byte[] {1});
            append.whenComplete((receipt, error) -> {
                if (error == null) {
                    answered(now);
                }
                PACE.execute(this::next);
            });
        }

        private void answered(long beganAt) {
            long now = System.nanoTime();
            longestStall.accumulateAndGet(now - lastAnswered.getAndSet(now), Math::max);
            acknowledged.incrementAndGet();
            Awaited next = awaited;
            if (beganAt > next.after) {
                next.answeredAt.complete(now);
            }
        }

        CompletableFuture<Long> nextAfter(long moment) {
            CompletableFuture<Long> answeredAt = new CompletableFuture<>();
            awaited = new Awaited(moment, answeredAt);
            return answeredAt;
        }

        @Override
        public void close() {
            stopped = true;
            await().atMost(MOST).until(() -> ended.getCount() == 0);
        }
    }
}
