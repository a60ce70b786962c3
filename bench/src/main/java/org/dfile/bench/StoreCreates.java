package org.dfile.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.dfile.bench.Pipeline.Rate;
import org.dfile.model.Bytes;

/**
 * New files of 4 KiB, each on disk before it is acknowledged, beside one file and one fsync each on the same file system,
 * and beside RocksDB alone with synced batches as large as the number in flight.
 */
final class StoreCreates {

    private static final Duration TIME = Duration.ofSeconds(3);
    private static final int FILE_BYTES = 4 << 10;
    private static final int[] IN_FLIGHT = {1, 16, 64};
    private static final int ALONE = 1;
    private static final int SOME = 16;

    private final Path folder;
    private final Figures figures;
    private final byte[] content = new byte[FILE_BYTES];

    StoreCreates(Path folder, Figures figures) {
        this.folder = folder;
        this.figures = figures;
        new Random(4).nextBytes(content);
    }

    void run(int rounds) throws Exception {
        try (StoreVolume volume = StoreVolume.open(folder.resolve("creates"));
                RocksAlone rocks = RocksAlone.open(folder.resolve("rocks"))) {
            for (int round = 0; round <= rounds; round++) {
                System.out.println(round == 0 ? "store-creates: warm-up" : "store-creates: round " + round);
                for (int inFlight : IN_FLIGHT) {
                    round(volume, rocks, round, inFlight);
                }
            }
        }
        for (int inFlight : IN_FLIGHT) {
            print(inFlight);
        }
    }

    private void round(StoreVolume volume, RocksAlone rocks, int round, int inFlight) throws Exception {
        String run = round + "-" + inFlight;
        Bytes bytes = Bytes.of(content);
        Rate store = Pipeline.run(inFlight, TIME, number -> volume.create("new/" + run + "/" + number, bytes));
        double rocksPerSecond = rocks.write(run, inFlight, content, TIME);
        Rate files = PlainFiles.create(folder.resolve("files-" + run), inFlight, content, TIME, false);
        Rate filesAndFolder = PlainFiles.create(folder.resolve("synced-" + run), inFlight, content, TIME, true);
        if (round > 0) {
            figures.add(name("store creates/s", inFlight), store.perSecond());
            figures.add(name("store create p99 us", inFlight), store.p99Micros());
            figures.add(name("files with fsync/s", inFlight), files.perSecond());
            figures.add(name("file with fsync p99 us", inFlight), files.p99Micros());
            figures.add(name("files with fsync, folder too/s", inFlight), filesAndFolder.perSecond());
            figures.add(name("RocksDB synced batches, files/s", inFlight), rocksPerSecond);
        }
    }

    private static String name(String what, int inFlight) {
        return what + ", " + inFlight + " in flight";
    }

    private void print(int inFlight) {
        figures.printMedian(name("store creates/s", inFlight), "/s");
        figures.printMedian(name("store create p99 us", inFlight), "us");
        figures.printMedian(name("files with fsync/s", inFlight), "/s");
        figures.printMedian(name("file with fsync p99 us", inFlight), "us");
        figures.printMedian(name("files with fsync, folder too/s", inFlight), "/s");
        figures.printMedian(name("RocksDB synced batches, files/s", inFlight), "/s");
        if (inFlight > ALONE) {
            double aim = inFlight == SOME ? 1 : 2;
            figures.printRatio(name("store creates/s", inFlight), name("files with fsync/s", inFlight), aim);
        }
        figures.printRatio(name("store creates/s", inFlight), name("RocksDB synced batches, files/s", inFlight), 0.6);
    }
}
