package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk fills up, on a file system of 256 MiB in memory. Mounting it needs root; skipped without. */
final class FullDiskTest {

    private static final String SMALL_VOLUME = """
            dfile.node.store { data-file-size = 32 MiB, reserve = 16 MiB, compaction-reserve = 16 MiB }
            """;

    private static final int ROUND = 8;

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws IOException {
        disk = Files.createDirectory(folder.resolve("disk"));
        String error = run("mount", "-t", "tmpfs", "-o", "size=256m", "dfile-test", disk.toString());
        if (!error.isEmpty()) {
            System.out.println("SKIPPED: the full disk test needs the right to mount a tmpfs: " + error);
        }
        assumeTrue(error.isEmpty(), () -> "needs the right to mount a tmpfs: " + error);
    }

    @AfterEach
    void unmount() throws IOException {
        if (isMounted()) {
            assertThat(run("umount", disk.toString())).isEmpty();
        }
        assertThat(isMounted()).isFalse();
    }

    private boolean isMounted() throws IOException {
        return Files.readString(Path.of("/proc/mounts")).contains(" " + disk + " ");
    }

    /** Returns what the command says when it fails, else nothing. */
    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor(Stages.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return process.exitValue() == 0 ? "" : output.strip() + " (exit code " + process.exitValue() + ")";
    }

    @Test
    void aFullVolume_refusesWritesOnly_andKeepsWhatItAcknowledged() {
        try (ForkedCluster cluster = ForkedCluster.start(
                folder, 1, home -> home.withSettings(SMALL_VOLUME).withData(disk.resolve("data")), List.of())) {
            DFileSystem files = cluster.connect();
            Map<String, byte[]> stored = fill(files);
            assertThat(stored).hasSizeGreaterThan(50);
            Stages.failure(files.append("small", new byte[Limits.MAX_CHUNK_BYTES]), Failure.VolumeFull.class);
            assertHolds(files, stored);
            for (String name : List.copyOf(stored.keySet()).subList(0, stored.size() / 2)) {
                Stages.get(files.delete(name));
                stored.remove(name);
                assertThat(Stages.get(files.exists(name))).isFalse();
            }
            assertThat(cluster.node(0).isAlive()).isTrue();
            assertHolds(files, stored);

            cluster.node(0).kill();
            cluster.restart(0);
            assertHolds(files, stored);
            assertThat(Stages.get(files.list("full/")).files()).hasSameSizeAs(stored.keySet());
        }
    }

    /** Writes files of many sizes, several at once, until none has room any more. */
    private static Map<String, byte[]> fill(DFileSystem files) {
        SplittableRandom random = new SplittableRandom(Seeds.seed("full disk"));
        Map<String, byte[]> stored = new HashMap<>();
        for (int round = 0, full = 0; full < ROUND; round++) {
            assertThat(round).as("rounds of writing").isLessThan(500);
            Map<String, byte[]> tried = new ConcurrentHashMap<>();
            List<CompletionStage<Receipt>> writes = new ArrayList<>();
            for (int i = 0; i < ROUND; i++) {
                String name = "full/" + round + "/" + i;
                byte[] content = Seeds.bytes(random, 1 + random.nextInt(i == 0 ? 40_000 : 2_000_000));
                tried.put(name, content);
                writes.add(files.write(name, ByteBuffer.wrap(content), WriteMode.CREATE_NEW)
                        .whenComplete((receipt, error) -> {
                            if (error != null) {
                                tried.remove(name);
                            }
                        }));
            }
            full = refused(writes);
            stored.putAll(tried);
        }
        return stored;
    }

    /** Returns how many were refused; anything but a full volume is a failure of the test. */
    private static int refused(List<CompletionStage<Receipt>> writes) {
        int refused = 0;
        for (CompletionStage<Receipt> write : writes) {
            boolean failed = Stages.get(write.handle((receipt, error) -> error != null));
            if (failed) {
                Failure.VolumeFull full = Stages.failure(write, Failure.VolumeFull.class);
                assertThat(full.message()).contains("full");
                refused++;
            }
        }
        return refused;
    }

    private static void assertHolds(DFileSystem files, Map<String, byte[]> stored) {
        stored.forEach((name, content) ->
                assertThat(Stages.get(files.readAll(name))).as(name).isEqualTo(content));
    }
}
