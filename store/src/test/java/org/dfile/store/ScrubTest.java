package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.store.TestVolume.KIB;
import static org.dfile.store.TestVolume.MIB;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scrub finds what is damaged, says so durably, and takes nothing away. */
class ScrubTest {

    private static final Duration QUICK = Duration.ofMillis(10);

    @TempDir
    Path directory;

    @Test
    void scrub_nothingDamaged_saysThatAllWasRead() throws Exception {
        try (TestVolume volume = new TestVolume(directory, settings(1L << 40))) {
            for (int i = 0; i < 600; i++) { // more than are looked up at a time
                volume.create(FileName.of("small" + i), new byte[100]);
            }
            volume.create(FileName.of("large"), content(5 * MIB));
            volume.apply(FileName.of("small7"), new Operation.Delete());

            ScrubStatus.Result result = scrub(volume);
            assertThat(result.complete()).isTrue();
            assertThat(volume.store.scrubStatus().began().orElseThrow()).isBeforeOrEqualTo(result.ended());
            assertThat(result.files()).isEqualTo(601);
            assertThat(result.bytes()).isEqualTo(599 * 100 + 5 * MIB);
            assertThat(result.damaged()).isZero();
            assertThat(volume.store.scrubStatus().damage()).isEmpty();
        }
    }

    @Test
    void scrub_damagedBlock_isListedCopiedAsideAndStaysRefused() throws Exception {
        FileName name = FileName.of("folder/damaged");
        try (TestVolume volume = new TestVolume(directory, settings(1L << 40))) {
            volume.create(FileName.of("before"), content(100 * KIB));
            volume.create(name, content(300 * KIB));
            CrashTest.flip(dataFile(), (100 + 130) * KIB);

            assertThat(scrub(volume).damaged()).isEqualTo(1);
            checkDamage(volume.store.scrubStatus(), name, 128 * KIB);
            assertThat(quarantined()).hasSize(1);
            Damage damage = volume.store.scrubStatus().damage().get(0);
            assertThat(directory.resolve(damage.copy())).isRegularFile().hasSize(64 * KIB);
            assertThatThrownBy(() -> volume.readAll(name)).isInstanceOf(CorruptDataException.class);

            volume.reopen();
            checkDamage(volume.store.scrubStatus(), name, 128 * KIB);
            assertThatThrownBy(() -> volume.readAll(name)).isInstanceOf(CorruptDataException.class);
            assertThat(volume.poisonings).isEmpty();
        }
    }

    @Test
    void read_damagedBlock_isListedWithoutAScrub() throws Exception {
        FileName name = FileName.of("f");
        try (TestVolume volume = new TestVolume(directory, settings(1L << 40))) {
            volume.create(name, content(300 * KIB));
            CrashTest.flip(dataFile(), 70 * KIB);
            assertThatThrownBy(() -> volume.readAll(name)).isInstanceOf(CorruptDataException.class);
            await().until(() -> !volume.store.scrubStatus().damage().isEmpty());
            checkDamage(volume.store.scrubStatus(), name, 64 * KIB);
        }
    }

    @Test
    void scrub_damageOverwrittenMeanwhile_isForgotten() throws Exception {
        FileName name = FileName.of("f");
        try (TestVolume volume = new TestVolume(directory, settings(1L << 40))) {
            volume.create(name, content(300 * KIB));
            CrashTest.flip(dataFile(), 70 * KIB);
            assertThat(scrub(volume).damaged()).isEqualTo(1);
            volume.apply(
                    name,
                    new Operation.WriteStaged(64 * KIB, List.of(volume.store.stage(Bytes.of(new byte[64 * KIB])))));

            assertThat(scrub(volume).damaged()).isZero();
            assertThat(volume.store.scrubStatus().damage()).isEmpty();
            assertThat(quarantined()).hasSize(1);
        }
    }

    @Test
    void scrub_restartedOnTheWay_goesOnFromWhereItWas() throws Exception {
        int files = 20;
        TestVolume volume = new TestVolume(directory, settings(2 * MIB));
        for (int i = 0; i < files; i++) {
            volume.create(FileName.of("f" + (char) ('a' + i)), content(200 * KIB));
        }
        volume.store.startScrub();
        await().pollInterval(QUICK).until(() -> volume.store.scrubStatus().checkedFiles() >= 3);
        volume.reopen();
        ScrubStatus resumed = volume.store.scrubStatus();
        assertThat(resumed.running()).isTrue();
        assertThat(resumed.checkedFiles()).isBetween(3L, files - 1L);
        await().until(() -> !volume.store.scrubStatus().running());
        ScrubStatus.Result result = volume.store.scrubStatus().last().orElseThrow();
        assertThat(result.files()).isEqualTo(files);
        assertThat(result.bytes()).isEqualTo(files * 200L * KIB);
        volume.close();
    }

    @Test
    void startScrub_oneIsUnderWaySinceBeforeTheStart_isTheSame() throws Exception {
        int files = 10;
        UpkeepSettings upkeep = new UpkeepSettings(1, 100, Duration.ofHours(1), 2 * MIB, Duration.ofHours(1), 100);
        try (TestVolume volume =
                new TestVolume(directory, TestVolume.smallSettings().with(upkeep))) {
            for (int i = 0; i < files; i++) {
                volume.create(FileName.of("f" + i), content(200 * KIB));
            }
            volume.store.startScrub();
            await().pollInterval(QUICK).until(() -> volume.store.scrubStatus().checkedFiles() >= 3);
            volume.reopen();
            assertThat(scrub(volume).files()).isEqualTo(files);
        }
    }

    private void checkDamage(ScrubStatus status, FileName name, long offset) {
        assertThat(status.damaged()).isEqualTo(1);
        assertThat(status.damage()).singleElement().satisfies(damage -> {
            assertThat(damage.kind()).isEqualTo(Damage.Kind.BYTES);
            assertThat(damage.name()).isEqualTo(name.toString());
            assertThat(damage.offset()).isEqualTo(offset);
            assertThat(damage.reason()).contains("checksum");
        });
    }

    private static ScrubStatus.Result scrub(TestVolume volume) throws StoreException {
        volume.store.startScrub();
        await().until(() -> !volume.store.scrubStatus().running());
        return volume.store.scrubStatus().last().orElseThrow();
    }

    private static StoreSettings settings(long scrubBytesPerSecond) {
        return TestVolume.smallSettings()
                .with(new UpkeepSettings(1, 100, Duration.ofHours(1), scrubBytesPerSecond, QUICK, 100));
    }

    private Path dataFile() {
        return directory.resolve("data/000001.data");
    }

    private List<Path> quarantined() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("quarantine"))) {
            return files.toList();
        }
    }

    private static byte[] content(int byteCount) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        return content;
    }
}
