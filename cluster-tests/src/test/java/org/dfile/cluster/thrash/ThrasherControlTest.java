package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.dfile.client.DFileSystem;
import org.dfile.cluster.Seeds;
import org.dfile.model.FileVersion;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thrasher on clusters that break a promise: it must turn red. */
final class ThrasherControlTest {

    private static final int NODES = 3;
    private static final int REPLICAS = 3;
    private static final int CALLS = 500;

    /** One in so many small files is acknowledged and forgotten. */
    private static final int FORGET_ONE_IN = 10;

    private static final List<String> SYNCS_ARE_LIES = List.of(
            "strace",
            "--seccomp-bpf",
            "-f",
            "-o",
            "/dev/null",
            "-e",
            "trace=fdatasync",
            "-e",
            "inject=fdatasync:retval=0");

    @TempDir
    private Path folder;

    @Test
    void control_anAcknowledgedWriteIsForgotten_isNoticed() {
        assertThatThrownBy(() ->
                        thrasher(ThrasherControlTest::forgetful).run(folder, (cluster, tally) -> awaitTraffic(tally)))
                .isInstanceOf(AssertionError.class)
                .hasStackTraceContaining("was acknowledged")
                .satisfies(noticed -> System.out.println("noticed: " + noticed.getMessage()));
    }

    @Test
    void control_acceptedBeforeItIsOnDisk_powerLossIsNoticed() throws IOException {
        boolean covered = NodeDisk.canBeReal(folder)
                && Commands.succeed("strace", "--seccomp-bpf", "-f", "-o", "/dev/null", "true");
        if (!covered) {
            System.out.println("NOT COVERED: the control with syncs that are lies needs disks with faults, and strace");
        }
        assumeTrue(covered, "needs disks with faults, and strace");
        assertThatThrownBy(
                        () -> thrasher(UnaryOperator.identity()).run(folder, ThrasherControlTest::loseWhatWasNotSynced))
                .isInstanceOf(AssertionError.class)
                .satisfies(noticed -> System.out.println("noticed: " + noticed.getMessage()))
                .message()
                .containsAnyOf("was acknowledged", "LOST", "the history of", "volume refused");
    }

    private static void awaitTraffic(Tally tally) {
        long before = tally.acknowledged();
        await().atMost(ThrasherTest.CLEAN_WITHIN)
                .until(() -> tally.isSurprised() || tally.acknowledged() >= before + CALLS);
    }

    private static Thrasher thrasher(UnaryOperator<DFileSystem> wrapper) {
        return new Thrasher(NODES, REPLICAS, Seeds.seed("thrasher's control"), wrapper);
    }

    /** A client that now and then says "done" of a write that it did not do. */
    private static DFileSystem forgetful(DFileSystem files) {
        AtomicInteger writes = new AtomicInteger();
        return (DFileSystem) Proxy.newProxyInstance(
                DFileSystem.class.getClassLoader(), new Class<?>[] {DFileSystem.class}, (proxy, method, arguments) -> {
                    boolean forgets = method.getName().equals("write")
                            && arguments[0].toString().startsWith("remembered")
                            && writes.incrementAndGet() % FORGET_ONE_IN == 0;
                    if (forgets) {
                        return CompletableFuture.completedFuture(
                                new Receipt(new FileVersion(1, 1), 0, 0, 0, 0, REPLICAS));
                    }
                    try {
                        return method.invoke(files, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** All nodes at once, else the others would still have it. */
    private static void loseWhatWasNotSynced(ThrashedCluster cluster, Tally tally) {
        cluster.stopAll();
        cluster.wrap(SYNCS_ARE_LIES);
        cluster.restart(cluster.indexes());
        cluster.indexes().forEach(index -> cluster.disk(index).sync()); // what was there at the start stays there
        awaitTraffic(tally);
        cluster.indexes().forEach(index -> cluster.disk(index).cutPower());
        cluster.wrap(List.of());
        for (int index : cluster.indexes()) {
            cluster.node(index).kill();
            cluster.disk(index).restorePower();
        }
        cluster.restart(cluster.indexes());
    }
}
