package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there after a process ended without closing its volume (I11, I13). */
class CrashTest {

    @TempDir
    Path directory;

    @Test
    void open_afterKill_everythingAcknowledgedIsThereAndTheRestWholeOrAbsent() throws Exception {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println("replay with -Ddfile.seed=" + seed);
        Random random = new Random(seed);
        Path volume = directory.resolve("volume");
        Volumes.format(volume, TestVolume.IDENTITY, TestVolume.smallSettings());
        for (int round = 0; round < 3; round++) {
            int acknowledged = runAndKill(volume, 1 + random.nextInt(60));
            try (TestVolume opened = new TestVolume(volume)) {
                checkFiles(opened, opened.store.bootCount() - 1, acknowledged);
            }
        }
    }

    private static int runAndKill(Path volume, int files) throws Exception {
        try (StoreProcess process = StoreProcess.start(List.of(), volume, Integer.MAX_VALUE)) {
            assertThat(process.line()).startsWith("BOOT");
            for (int number = 0; number < files; number++) {
                assertThat(process.line()).isEqualTo("ACK " + number);
            }
            process.kill();
            return files + process.remainingLines().size();
        }
    }

    private static void checkFiles(TestVolume volume, long boot, int acknowledged) throws StoreException {
        for (int number = 0; number < acknowledged; number++) {
            assertThat(volume.readAll(StoreProcess.name(boot, number))).isEqualTo(StoreProcess.content(number));
        }
        int next = acknowledged; // may have been committed, but the line not printed
        FileName name = StoreProcess.name(boot, next);
        if (volume.store.state(name).isPresent()) {
            assertThat(volume.readAll(name)).isEqualTo(StoreProcess.content(next));
        }
    }

    @Test
    void open_copyOfAnOpenVolume_hasAllThatWasAcknowledged() throws Exception {
        Path copy = directory.resolve("copy");
        FileName name = FileName.of("f");
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        try (TestVolume volume = new TestVolume(directory.resolve("volume"))) {
            volume.create(name, content);
            volume.apply(name, new Operation.Truncate(299_999));
            volume.stage(content); // is lost
            copyTree(volume.directory, copy);
        }
        try (TestVolume volume = new TestVolume(copy)) {
            assertThat(volume.version(name)).isEqualTo(new FileVersion(1, 2));
            assertThat(volume.readAll(name)).isEqualTo(Arrays.copyOf(content, 299_999));
        }
    }

    @Test
    void open_lastRecordTorn_onlyThatOneIsGone() throws Exception {
        Path copy = copyAfterCreates(20);
        Path log = newestLog(copy);
        cutZerosAnd(log, 3);

        try (TestVolume volume = new TestVolume(copy)) {
            assertThat(volume.store.list("", "", 100).entries()).hasSize(19);
            assertThat(volume.store.usage().files()).isEqualTo(19);
        }
    }

    @Test
    void open_recordInTheMiddleDamaged_refused() throws Exception {
        Path copy = copyAfterCreates(20);
        Path log = newestLog(copy);
        flip(log, Files.size(log) / 2);

        assertThatThrownBy(() -> new TestVolume(copy))
                .isInstanceOfSatisfying(
                        VolumeRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(VolumeRefusedException.Reason.DAMAGED));
    }

    @Test
    void open_dataFileMissing_refused() throws Exception {
        Path path = directory.resolve("volume");
        try (TestVolume volume = new TestVolume(path)) {
            volume.create(FileName.of("f"), new byte[100_000]);
        }
        Files.delete(path.resolve("data/000001.data"));
        assertThatThrownBy(() -> new TestVolume(path))
                .isInstanceOf(VolumeRefusedException.class)
                .hasMessageContaining("000001.data");
    }

    private Path copyAfterCreates(int files) throws Exception {
        Path copy = directory.resolve("copy");
        try (TestVolume volume = new TestVolume(directory.resolve("volume"))) {
            for (int i = 0; i < files; i++) {
                volume.create(FileName.of("f" + i), new byte[1_000]);
            }
            copyTree(volume.directory, copy);
        }
        return copy;
    }

    private static Path newestLog(Path volume) throws IOException {
        try (Stream<Path> files = Files.list(volume.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static void cutZerosAnd(Path file, int byteCount) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int end = content.length;
        while (content[end - 1] == 0) {
            end--;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end - byteCount);
        }
    }

    static void flip(Path file, long position) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[(int) position] ^= 1;
        Files.write(file, content);
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
