package org.dfile.cluster.thrash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.dfile.cluster.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real node processes on real disks, broken in all ways that this machine can break them, while clients work. No acknowledged
 * byte is lost, every history is linearizable, and soon after the faults all copies are equal. {@code -Ddfile.minutes=N}
 * (profile {@code nightly}) goes on, cluster after cluster, until the time is over.
 */
final class ThrasherTest {

    /** So soon after the last fault every file must be served. */
    static final Duration CLEAN_WITHIN = Duration.ofSeconds(60);

    /** So soon after that all copies must be equal. */
    static final Duration EQUAL_WITHIN = Duration.ofSeconds(60);

    private static final Duration FAULTS_OF_THREE = Duration.ofSeconds(65);
    private static final Duration FAULTS_OF_FIVE = Duration.ofSeconds(50);
    private static final Duration FAULTS_BY_NIGHT = Duration.ofMinutes(3);

    private static final long MINUTES = Long.getLong("dfile.minutes", 0);

    @TempDir
    private Path folder;

    @Test
    void threeNodes_underFaults_loseNothing() throws IOException {
        thrash(3, FAULTS_OF_THREE);
    }

    @Test
    void fiveNodes_underFaults_loseNothing() throws IOException {
        thrash(5, FAULTS_OF_FIVE);
    }

    private void thrash(int nodes, Duration faults) throws IOException {
        long seed = Seeds.seed("thrasher, " + nodes + " nodes");
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos() / 2;
        int run = 0;
        do {
            int replicas = run % 2 == 0 ? nodes : 3;
            Thrasher thrasher = new Thrasher(nodes, replicas, seed + run, UnaryOperator.identity());
            thrasher.run(
                    folder.resolve("run" + run), Thrasher.nemesis(seed + run, MINUTES > 0 ? FAULTS_BY_NIGHT : faults));
            run++;
        } while (System.nanoTime() - end < 0);
    }
}
