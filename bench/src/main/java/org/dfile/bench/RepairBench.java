package org.dfile.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.dfile.client.DFileSystem;

/**
 * How long three local nodes with three copies take until a host has what it lacks: what was written while its process
 * was down, and all that it had when its disk is lost. Beside it the time that clients took to write the same.
 */
final class RepairBench {

    private static final int NODES = 3;
    private static final int COPIES = 3;
    private static final int VICTIM = 3;
    private static final int SMALL_FILES = 10_000;
    private static final int IN_FLIGHT = 128;
    private static final int BULK_BYTES = 1 << 30;
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(20);

    private final Figures figures = new Figures(System.out);
    private final Path folder;
    private final int rounds;

    RepairBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    void run() throws Exception {
        BenchCluster cluster = BenchCluster.create(folder, NODES, COPIES);
        cluster.up();
        try (DFileSystem files = cluster.connect()) {
            for (int round = 0; round < rounds; round++) {
                System.out.println("repair: round " + (round + 1));
                Workloads work = new Workloads(files, "repair/" + round);
                ByteBuffer content = ByteBuffer.allocate(BULK_BYTES);
                new Random(round).nextBytes(content.array());
                String name = "repair/bulk/" + round;
                missed(cluster, "10,000 files of 4 KiB", () -> work.createAll(SMALL_FILES, IN_FLIGHT));
                missed(cluster, "one file of 1 GiB", () -> work.write(name, content));
                lost(cluster);
            }
        }
        for (String what : new String[] {"10,000 files of 4 KiB", "one file of 1 GiB"}) {
            figures.printMedian("write " + what + ", s", "s");
            figures.printMedian("start and repair " + what + ", s", "s");
        }
        figures.printMedian("replace a disk with all that, s", "s");
    }

    /** What is done to the cluster while one of its hosts is down. */
    private interface Work {
        void run() throws Exception;
    }

    private void missed(BenchCluster cluster, String what, Work work) throws Exception {
        cluster.kill(VICTIM);
        long begin = System.nanoTime();
        work.run();
        figures.add("write " + what + ", s", secondsSince(begin));
        long down = System.nanoTime();
        cluster.up();
        awaitAlike(cluster, System.currentTimeMillis());
        figures.add("start and repair " + what + ", s", secondsSince(down));
    }

    private void lost(BenchCluster cluster) throws IOException {
        cluster.kill(VICTIM);
        BenchMain.delete(cluster.data(VICTIM));
        long begin = System.nanoTime();
        cluster.replaceDisk(VICTIM);
        figures.add("replace a disk with all that, s", secondsSince(begin));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** Returns when every host has compared its copies since then and found nothing left to do. */
    private static void awaitAlike(BenchCluster cluster, long sinceMillis) {
        Awaitility.await("all copies are alike")
                .atMost(LONGEST)
                .pollInterval(LOOK_INTERVAL)
                .until(() -> alike(cluster.status(), sinceMillis));
    }

    private static boolean alike(JsonNode status, long sinceMillis) {
        int hosts = 0;
        for (JsonNode report : status.findValues("replication")) {
            if (report.isNull()) {
                return false;
            }
            hosts++;
            boolean looked = report.get("lastLookMillis").asLong() > sinceMillis;
            if (!looked
                    || report.get("behind").asLong() > 0
                    || report.get("repairing").asLong() > 0) {
                return false;
            }
        }
        return hosts == NODES;
    }
}
