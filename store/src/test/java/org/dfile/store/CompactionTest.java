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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Garbage in data files is given back, and nothing that lives is lost or changed by it. */
class CompactionTest {

    @TempDir
    Path directory;

    private final Random random = new Random(seed());

    private static long seed() {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println("replay with -Ddfile.seed=" + seed);
        return seed;
    }

    @Test
    void compaction_halfOfAFileIsGarbage_restIsMovedAndTheFileRemoved() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            byte[] kept = content(500 * KIB);
            volume.create(FileName.of("kept"), kept);
            volume.create(FileName.of("gone"), content(MIB));
            volume.create(FileName.of("next"), content(MIB)); // begins data file 2
            volume.apply(FileName.of("gone"), new Operation.Delete());
            assertThat(volume.store.usage().garbageBytes()).isEqualTo(MIB);

            compactUntilGone(volume, "000001.data");
            assertThat(volume.store.usage().garbageBytes()).isZero();
            assertThat(volume.store.usage().compactedBytes()).isEqualTo(500 * KIB);
            assertThat(volume.readAll(FileName.of("kept"))).isEqualTo(kept);
            long live = volume.store.usage().liveBytes();
            assertThat(live).isEqualTo(500 * KIB + MIB);
            volume.reopen();
            assertThat(volume.readAll(FileName.of("kept"))).isEqualTo(kept);
            assertThat(volume.store.usage().liveBytes()).isEqualTo(live);
        }
    }

    @Test
    void compaction_extentsCutByLaterWrites_partsAreMovedWhole() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            FileName name = FileName.of("cut");
            byte[] expected = content(MIB);
            volume.create(name, expected);
            volume.create(FileName.of("gone"), content(MIB));
            volume.create(FileName.of("next"), content(MIB));
            byte[] small = content(100);
            for (int at : new int[] {1_000, 70_000, 300_001, 900_000}) {
                volume.apply(name, new Operation.WriteInline(at, Bytes.of(small)));
                System.arraycopy(small, 0, expected, at, small.length);
            }
            volume.apply(name, new Operation.Truncate(MIB - 10));
            volume.apply(FileName.of("gone"), new Operation.Delete());
            byte[] all = Arrays.copyOf(expected, MIB - 10);

            compactUntilGone(volume, "000001.data");
            assertThat(volume.readAll(name)).isEqualTo(all);
            volume.reopen();
            assertThat(volume.readAll(name)).isEqualTo(all);
        }
    }

    @Test
    void compaction_damagedExtent_staysWhereItIsAndIsStillRefused() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            volume.create(FileName.of("damaged"), content(200 * KIB));
            volume.create(FileName.of("gone"), content(MIB));
            volume.create(FileName.of("next"), content(MIB));
            volume.apply(FileName.of("gone"), new Operation.Delete());
            CrashTest.flip(directory.resolve("data/000001.data"), 100 * KIB);

            long looks = volume.store.compactions();
            volume.store.wakeCompactor();
            await().until(() -> volume.store.compactions() > looks);
            assertThat(directory.resolve("data/000001.data")).exists();
            assertThatThrownBy(() -> volume.readAll(FileName.of("damaged"))).isInstanceOf(CorruptDataException.class);
            assertThat(volume.read(FileName.of("damaged"), 0, KIB)).hasSize(KIB);
            assertThat(volume.poisonings).isEmpty();
        }
    }

    @Test
    void compaction_oldPlaceIsHeldAndRots_readsAreFromTheNewOne() throws Exception {
        try (TestVolume volume = new TestVolume(directory)) {
            FileName name = FileName.of("kept");
            byte[] kept = content(500 * KIB);
            volume.create(name, kept);
            volume.create(FileName.of("gone"), content(MIB));
            volume.create(FileName.of("next"), content(MIB)); // begins data file 2
            assertThat(volume.readAll(name)).isEqualTo(kept); // where it lies is remembered now
            volume.apply(FileName.of("gone"), new Operation.Delete());
            try (PinnedState held = volume.store.pin(FileName.of("next")).orElseThrow()) {
                assertThat(Upkeep.compact(volume.store)).isEqualTo(kept.length);
                Path old = directory.resolve("data/000001.data");
                byte[] rotten = Files.readAllBytes(old); // held, so it is still there
                Arrays.fill(rotten, (byte) 1);
                Files.write(old, rotten);

                assertThat(volume.readAll(name)).isEqualTo(kept);
                assertThat(Upkeep.scrub(volume.store).damage()).isEmpty();
                assertThat(held.state().length()).isEqualTo(MIB);
            }
        }
    }

    @Test
    void compaction_copiesOfACrashedRun_areGarbageOfTheNextStart() throws Exception {
        Path copy = directory.resolve("copy");
        byte[] kept = content(500 * KIB);
        try (TestVolume volume = new TestVolume(directory.resolve("volume"))) {
            volume.create(FileName.of("kept"), kept);
            volume.stage(content(MIB)); // as a copy that no record names yet, in file 1
            volume.stage(content(MIB)); // and in a file of its own
            CrashTest.copyTree(volume.directory, copy);
        }
        try (TestVolume volume = new TestVolume(copy)) {
            assertThat(dataFiles(copy)).isEqualTo(1);
            compactUntilGone(volume, "000001.data");
            assertThat(volume.readAll(FileName.of("kept"))).isEqualTo(kept);
        }
    }

    @Test
    void compaction_whileFilesChangeAndAreRead_everyReadIsOfOneState() throws Exception {
        UpkeepSettings eager = new UpkeepSettings(1L << 40, 10, Duration.ofMillis(1), 1, Duration.ofHours(1), 1);
        StoreSettings settings = TestVolume.smallSettings().with(eager);
        try (TestVolume volume = new TestVolume(directory, settings)) {
            Map<FileName, byte[]> expected = new HashMap<>();
            for (int step = 0; step < 300; step++) {
                step(volume, FileName.of("f" + random.nextInt(8)), expected);
            }
            await().until(() -> volume.store.compactedBytes() > 0);
            for (Map.Entry<FileName, byte[]> file : expected.entrySet()) {
                assertThat(volume.readAll(file.getKey())).isEqualTo(file.getValue());
            }
            volume.reopen();
            for (Map.Entry<FileName, byte[]> file : expected.entrySet()) {
                assertThat(volume.readAll(file.getKey())).isEqualTo(file.getValue());
            }
        }
    }

    private void step(TestVolume volume, FileName name, Map<FileName, byte[]> expected) throws StoreException {
        byte[] before = expected.get(name);
        if (before == null) {
            byte[] content = content(1 + random.nextInt(600 * KIB));
            volume.create(name, content);
            expected.put(name, content);
        } else if (random.nextInt(4) == 0) {
            volume.apply(name, new Operation.Delete());
            expected.remove(name);
        } else {
            byte[] part = content(1 + random.nextInt(200 * KIB));
            int at = random.nextInt(before.length);
            volume.apply(name, new Operation.WriteStaged(at, volume.stage(part)));
            byte[] after = Arrays.copyOf(before, Math.max(before.length, at + part.length));
            System.arraycopy(part, 0, after, at, part.length);
            expected.put(name, after);
            assertThat(volume.readAll(name)).isEqualTo(after);
        }
    }

    private static void compactUntilGone(TestVolume volume, String dataFile) {
        Path file = volume.directory.resolve("data").resolve(dataFile);
        await().until(() -> {
            volume.store.wakeCompactor();
            return !Files.exists(file);
        });
    }

    private static long dataFiles(Path volume) throws IOException {
        try (Stream<Path> files = Files.list(volume.resolve("data"))) {
            return files.count();
        }
    }

    private byte[] content(int byteCount) {
        byte[] content = new byte[byteCount];
        random.nextBytes(content);
        return content;
    }
}
