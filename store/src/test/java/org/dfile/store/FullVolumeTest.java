package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 96 MiB that runs full: refused in time, nothing lost, reading and deleting go on. */
class FullVolumeTest {

    private static final int MOST_FILES = 100_000;

    @TempDir
    Path directory;

    private Path mounted;
    private TestVolume volume;

    @BeforeEach
    void mount() throws Exception {
        mounted = Files.createDirectory(directory.resolve("mount"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", mounted.toString()),
                "SKIPPED: a small file system cannot be mounted here; run as root to test a full disk");
        StoreSettings settings = new StoreSettings(
                256 * MIB,
                24 * MIB,
                16 * MIB,
                Duration.ofMillis(50),
                4 * MIB,
                8 * MIB,
                MIB,
                2,
                64,
                32,
                MIB,
                4 * MIB,
                TestVolume.upkeep());
        volume = new TestVolume(mounted.resolve("volume"), settings);
    }

    @AfterEach
    void unmount() throws Exception {
        if (volume != null) {
            volume.close();
            assertThat(run("umount", mounted.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void create_largeFilesUntilFull_refusedAndUsableAgainAfterDeletion() throws Exception {
        fillAndUse(MIB);
    }

    @Test
    void create_smallFilesUntilFull_refusedAndUsableAgainAfterDeletion() throws Exception {
        fillAndUse(16 * KIB);
    }

    private void fillAndUse(int byteCount) throws Exception {
        int files = fill(byteCount);
        assertThat((long) files * byteCount).isGreaterThan(20 * MIB);
        assertAllThere(files, byteCount);

        FileName kept = name(1);
        FileVersion before = new FileVersion(1, 1);
        Batch nothing = new Batch(
                new FileVersion(1, 2),
                ChainHash.NONE,
                TestVolume.TIME,
                List.of(),
                List.of(),
                List.of(),
                FileVersion.NONE);
        assertThat(TestVolume.await(volume.store.apply(kept, before, nothing)).exists())
                .isTrue();
        assertThat(volume.apply(kept, new Operation.Truncate(10)).length()).isEqualTo(10);
        volume.reopen();
        assertThat(volume.read(kept, 0, 100)).hasSize(10);

        for (int number = 0; number < files; number++) {
            volume.apply(name(number), new Operation.Delete());
        }
        volume.store.wakeCompactor();
        FileName again = FileName.of("again");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(VolumeFullException.class) // until compactions have given room back
                .untilAsserted(() -> volume.create(again, content(0, byteCount)));
        assertThat(volume.readAll(again)).isEqualTo(content(0, byteCount));
        assertThat(volume.poisonings).isEmpty();
    }

    private int fill(int byteCount) throws StoreException {
        for (int number = 0; number < MOST_FILES; number++) {
            try {
                volume.create(name(number), content(number, byteCount));
            } catch (VolumeFullException e) {
                assertThat(e.neededBytes()).isGreaterThan(e.freeBytes());
                assertThatThrownBy(() -> volume.store.stage(Bytes.of(new byte[MIB])))
                        .isInstanceOf(VolumeFullException.class);
                assertThat(volume.store.usage().full()).isTrue();
                return number;
            }
        }
        throw new AssertionError("never full");
    }

    private void assertAllThere(int files, int byteCount) throws StoreException {
        for (int number = 0; number < files; number++) {
            assertThat(volume.readAll(name(number))).isEqualTo(content(number, byteCount));
        }
        assertThat(volume.store.usage().files()).isEqualTo(files);
    }

    private static FileName name(int number) {
        return FileName.of("f" + number);
    }

    private static byte[] content(int number, int byteCount) {
        byte[] content = new byte[byteCount];
        new Random(number).nextBytes(content);
        return content;
    }
}
