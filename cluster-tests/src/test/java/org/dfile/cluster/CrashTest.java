package org.dfile.cluster;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Node processes that die, or are told to go, while they have much to do, and come back. What was acknowledged is there,
 * what was not is there whole or not at all, and whatever was sent again has one effect.
 */
final class CrashTest {

    private static final int ROUNDS = 4;

    private ForkedCluster cluster;
    private List<Load> loads;
    private SplittableRandom random;

    @BeforeEach
    void start(@TempDir Path folder) {
        random = new SplittableRandom(Seeds.seed("crash"));
        cluster = ForkedCluster.start(folder, 3);
        DFileSystem patient = cluster.connect(CrashTest::eager);
        DFileSystem impatient = cluster.connect(settings -> settings.deadline(Duration.ofMillis(300))
                .retryInterval(Duration.ofMillis(100), Duration.ofMillis(100)));
        loads = List.of(
                new AppendLoad(patient, "patient/append", 4, 4),
                new AppendLoad(impatient, "impatient/append", 4, 4),
                new PutLoad(patient, "patient/put", 5),
                new PutLoad(impatient, "impatient/put", 5),
                new BlockLoad(patient, "patient/blocks"),
                new BlockLoad(impatient, "impatient/blocks"));
    }

    /** Whoever asks often hears soon that a node is back. */
    private static ClientSettings.Builder eager(ClientSettings.Builder settings) {
        return settings.retryInterval(Duration.ofMillis(200), Duration.ofMillis(500));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void nodes_killedWhileTheyWrite_haveEverythingAcknowledged() {
        for (int round = 0; round < ROUNDS; round++) {
            awaitProgress(100 + random.nextInt(100));
            int victim = random.nextInt(cluster.size());
            cluster.node(victim).kill();
            cluster.restart(victim);
        }
        finishAndVerify();
    }

    @Test
    void nodes_toldToGoWhileTheyWrite_loseNothing() {
        for (int victim = 0; victim < cluster.size(); victim++) {
            awaitProgress(100 + random.nextInt(100));
            cluster.node(victim).terminate();
            cluster.restart(victim);
        }
        finishAndVerify();
    }

    /** Waits until some more changes of all loads together are acknowledged. */
    private void awaitProgress(int changes) {
        int target = acknowledged() + changes;
        await().atMost(Stages.PATIENCE).until(() -> acknowledged() >= target);
    }

    private int acknowledged() {
        return loads.stream().mapToInt(Load::acknowledged).sum();
    }

    /** Looks once through the clients, and once after all nodes were started anew from what is on disk. */
    private void finishAndVerify() {
        loads.forEach(Load::finish);
        DFileSystem reader = cluster.connect(CrashTest::eager);
        loads.forEach(load -> load.verify(reader));
        cluster.killAndRestartAll();
        loads.forEach(load -> load.verify(reader));
    }
}
