package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.node.ExitCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node process whose disk fails under it, by strace: it says so, leaves with its own code, and has lost nothing (I12). */
final class FailStopTest {

    private static final int MOST_FILES = 400;

    @TempDir
    private Path folder;

    @BeforeEach
    void needStrace() {
        Strace.need("the test of failing disks");
    }

    /**
     * One call of each thread fails, and those after it would succeed again.
     *
     * @param failing which; above what a thread calls before the node serves
     */
    @ParameterizedTest
    @CsvSource({"'fsync,fdatasync', EIO, 30, 3000", "pwrite64, ENOSPC, 8, 200000"})
    void firstFailure_isToldToClientsAndEndsTheNode(String calls, String error, int failing, int byteCount) {
        String inject = "inject=" + calls + ":error=" + error + ":when=" + failing;
        List<String> strace = List.of(
                "strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", inject);
        SplittableRandom random = new SplittableRandom(Seeds.seed("fail-stop"));
        Map<String, byte[]> acknowledged = new LinkedHashMap<>();
        try (ForkedCluster cluster = ForkedCluster.start(folder, 1, home -> home, strace)) {
            DFileSystem files = cluster.connect();
            Failure failure = writeUntilItFails(files, random, byteCount, acknowledged);
            assertThat(failure).isInstanceOf(Failure.StorageFailed.class);
            assertThat(failure.message()).contains("the disk of host n1 failed", "look at its log");
            assertThat(acknowledged).isNotEmpty();
            assertThat(cluster.node(0).awaitExit()).isEqualTo(ExitCode.STORAGE_FAILED.number());
            assertThat(cluster.node(0).log()).contains("volume poisoned").contains("the disk failed");

            cluster.restart(0);
            DFileSystem again = cluster.connect();
            acknowledged.forEach((name, content) ->
                    assertThat(Stages.get(again.readAll(name))).as(name).isEqualTo(content));
        }
    }

    private static Failure writeUntilItFails(
            DFileSystem files, SplittableRandom random, int byteCount, Map<String, byte[]> acknowledged) {
        for (int number = 0; number < MOST_FILES; number++) {
            byte[] content = Seeds.bytes(random, byteCount);
            var write = files.write("f" + number, content);
            if (Stages.get(write.handle((receipt, error) -> error != null))) {
                return Stages.failureOf(write);
            }
            acknowledged.put("f" + number, content);
        }
        throw new AssertionError("no write has failed");
    }
}
