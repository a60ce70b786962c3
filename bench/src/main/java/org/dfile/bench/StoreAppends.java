package org.dfile.bench;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;

/**
 * A million appends of 100 bytes to one file, each on disk before it is acknowledged; 64 wait at a time and become one
 * batch, as an open file makes them. The last tenth should cost what the first did. Beside it a plain file that grows by
 * as many bytes for each fsync.
 */
final class StoreAppends {

    private static final int APPEND_BYTES = 100;
    private static final int IN_FLIGHT = 64;
    private static final int TENTHS = 10;
    private static final int BATCHES_IN_TENTH = 1_000_000 / IN_FLIGHT / TENTHS;

    private final Path folder;
    private final Figures figures;
    private final byte[] content = new byte[APPEND_BYTES];

    StoreAppends(Path folder, Figures figures) {
        this.folder = folder;
        this.figures = figures;
        new Random(6).nextBytes(content);
    }

    void run() throws Exception {
        FileName name = FileName.of("log");
        try (StoreVolume volume = StoreVolume.open(folder.resolve("appends"));
                FileChannel plain = FileChannel.open(
                        folder.resolve("plain-appends"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Workloads.join(volume.apply(
                    name, FileVersion.NONE, StoreVolume.batch(new FileVersion(1, 1), 0, new Operation.Create())));
            FileVersion version = new FileVersion(1, 1);
            for (int tenth = 1; tenth <= TENTHS; tenth++) {
                version = tenth(volume, name, version, tenth);
                figures.add(tenthName("plain, us per append", tenth), plainTenth(plain));
            }
        }
        for (int tenth = 1; tenth <= TENTHS; tenth++) {
            figures.printMedian(tenthName("store, us per append", tenth), "us");
            figures.printMedian(tenthName("plain, us per append", tenth), "us");
        }
        figures.printRatio(tenthName("store, us per append", TENTHS), tenthName("store, us per append", 1), 1);
    }

    private static String tenthName(String what, int tenth) {
        return what + ", tenth " + tenth;
    }

    private FileVersion tenth(StoreVolume volume, FileName name, FileVersion first, int tenth) {
        Bytes bytes = Bytes.of(content);
        FileVersion version = first;
        long length = (long) (tenth - 1) * BATCHES_IN_TENTH * IN_FLIGHT * APPEND_BYTES;
        long begin = System.nanoTime();
        for (int number = 0; number < BATCHES_IN_TENTH; number++) {
            Operation[] appends = new Operation[IN_FLIGHT];
            for (int i = 0; i < IN_FLIGHT; i++) {
                appends[i] = new Operation.WriteInline(length, bytes);
                length += APPEND_BYTES;
            }
            FileVersion next = new FileVersion(version.generation(), version.seq() + 1);
            Workloads.join(volume.apply(name, version, StoreVolume.batch(next, length, appends)));
            version = next;
        }
        figures.add(tenthName("store, us per append", tenth), microsPerAppend(begin));
        return version;
    }

    private double plainTenth(FileChannel plain) throws Exception {
        ByteBuffer batch = ByteBuffer.allocateDirect(IN_FLIGHT * APPEND_BYTES);
        long begin = System.nanoTime();
        for (int number = 0; number < BATCHES_IN_TENTH; number++) {
            batch.clear();
            while (batch.hasRemaining()) {
                plain.write(batch);
            }
            plain.force(false);
        }
        return microsPerAppend(begin);
    }

    private static double microsPerAppend(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1e3 / BATCHES_IN_TENTH / IN_FLIGHT;
    }
}
