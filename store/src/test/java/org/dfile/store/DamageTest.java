package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.store.TestVolume.KIB;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that changed on disk are never handed out (I14). */
class DamageTest {

    private static final FileName NAME = FileName.of("f");

    @TempDir
    Path directory;

    @Test
    void read_damagedBlockInADataFile_corruptThereAndWholeElsewhere() throws Exception {
        byte[] content = new byte[300 * KIB];
        new Random(1).nextBytes(content);
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(NAME, content);
            CrashTest.flip(dataFile(), 130 * KIB); // in the third block

            assertThatThrownBy(() -> volume.readAll(NAME))
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            corrupt -> assertThat(corrupt.offset()).isEqualTo(128 * KIB));
            assertThatThrownBy(() -> volume.read(NAME, 190 * KIB, 10)).isInstanceOf(CorruptDataException.class);
            assertThat(volume.read(NAME, 0, 128 * KIB)).isEqualTo(Arrays.copyOf(content, 128 * KIB));
            assertThat(volume.read(NAME, 192 * KIB, KIB)).isEqualTo(Arrays.copyOfRange(content, 192 * KIB, 193 * KIB));
            assertThat(volume.poisonings).isEmpty();
        }
    }

    @Test
    void read_trimmedExtent_isCheckedToo() throws Exception {
        byte[] content = new byte[300 * KIB];
        new Random(1).nextBytes(content);
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(NAME, content);
            volume.apply(NAME, new Operation.WriteInline(100 * KIB, Bytes.of(new byte[KIB])));
            volume.apply(NAME, new Operation.Truncate(200 * KIB));
            CrashTest.flip(dataFile(), 127 * KIB);

            assertThatThrownBy(() -> volume.read(NAME, 102 * KIB, KIB))
                    .isInstanceOfSatisfying(
                            CorruptDataException.class,
                            corrupt -> assertThat(corrupt.offset()).isEqualTo(102 * KIB));
            assertThat(volume.read(NAME, 100 * KIB, KIB)).isEqualTo(new byte[KIB]);
            assertThat(volume.read(NAME, 150 * KIB, KIB)).isEqualTo(Arrays.copyOfRange(content, 150 * KIB, 151 * KIB));
            assertThatThrownBy(() -> volume.read(NAME, 64 * KIB, KIB)).isInstanceOf(CorruptDataException.class);
        }
    }

    @Test
    void read_shortDataFile_corrupt() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(NAME, new byte[100 * KIB]);
            Files.write(dataFile(), Arrays.copyOf(Files.readAllBytes(dataFile()), 90 * KIB));
            assertThatThrownBy(() -> volume.readAll(NAME)).isInstanceOf(CorruptDataException.class);
            assertThat(volume.read(NAME, 0, KIB)).isEqualTo(new byte[KIB]);
        }
    }

    @Test
    void apply_besideDamagedBytes_isStoredAndTheDamageIsStillSeen() throws Exception {
        byte[] content = new byte[100 * KIB];
        new Random(1).nextBytes(content);
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(NAME, content);
            CrashTest.flip(dataFile(), 70 * KIB);
            for (int i = 0; i < 2 * ExtentEdit.MOST_IN_WINDOW; i++) {
                volume.apply(NAME, new Operation.WriteInline(65 * KIB + i * 64L, Bytes.of(new byte[] {1})));
            }
            assertThat(volume.read(NAME, 65 * KIB, 1)).isEqualTo(new byte[] {1});
            assertThatThrownBy(() -> volume.read(NAME, 65 * KIB, 2)).isInstanceOf(CorruptDataException.class);
            assertThat(volume.read(NAME, 0, KIB)).isEqualTo(Arrays.copyOf(content, KIB));
        }
    }

    @Test
    void read_damagedPieceBesideTheRecords_corrupt() throws Exception {
        byte[] content = "found by this text: 0123456789abcdef".getBytes(StandardCharsets.UTF_8);
        TestVolume volume = new TestVolume(directory);
        volume.create(NAME, content);
        volume.store.close(); // puts it into a table
        flipInTables(content);
        volume.reopen();
        assertThatThrownBy(() -> volume.readAll(NAME)).isInstanceOf(CorruptDataException.class);
        try {
            volume.close();
        } catch (PoisonedException e) {
            assertThat(e).hasMessageContaining("checksum"); // RocksDB met the damage too, while rewriting its tables
        }
    }

    @Test
    void state_damagedRecord_amnesiacAndNotAbsent() throws Exception {
        FileName name = FileName.of("damaged");
        FileName other = FileName.of("other");
        TestVolume volume = new TestVolume(directory, TestVolume.smallSettings().with(quickScrub()));
        volume.create(name, new byte[10]);
        volume.create(other, new byte[10]);
        volume.damageRecord(name);
        assertThatThrownBy(() -> volume.store.state(name))
                .isInstanceOfSatisfying(
                        AmnesiacException.class,
                        amnesiac -> assertThat(amnesiac.name()).isEqualTo(name));
        assertThatThrownBy(() -> volume.readAll(name)).isInstanceOf(AmnesiacException.class);
        FileVersion first = new FileVersion(1, 1);
        assertThatThrownBy(() -> TestVolume.await(
                        volume.store.apply(name, first, TestVolume.batch(first, new Operation.Delete()))))
                .isInstanceOf(AmnesiacException.class);

        volume.store.startScrub();
        await().until(() -> !volume.store.scrubStatus().running());
        ScrubStatus status = volume.store.scrubStatus();
        assertThat(status.last().orElseThrow().complete()).isTrue();
        assertThat(status.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.kind()).isEqualTo(Damage.Kind.RECORD);
            assertThat(damage.name()).isEqualTo("damaged");
        });
        assertThat(volume.readAll(other)).hasSize(10);
        assertThat(volume.poisonings).isEmpty();
        volume.close();
    }

    private static UpkeepSettings quickScrub() {
        return new UpkeepSettings(1, 100, Duration.ofHours(1), 1L << 40, Duration.ofMillis(10), 100);
    }

    private Path dataFile() {
        return directory.resolve("data/000001.data");
    }

    private void flipInTables(byte[] wanted) throws IOException {
        List<Path> tables;
        try (Stream<Path> files = Files.list(directory.resolve("db"))) {
            tables = files.filter(file -> file.toString().endsWith(".sst")).toList();
        }
        String text = new String(wanted, StandardCharsets.ISO_8859_1);
        int found = 0;
        for (Path table : tables) {
            int at = Files.readString(table, StandardCharsets.ISO_8859_1).indexOf(text);
            if (at >= 0) {
                CrashTest.flip(table, at + 3);
                found++;
            }
        }
        assertThat(found).isEqualTo(1);
    }
}
