package org.dfile.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;

/**
 * A large file in pieces of 1 MiB by one thread, on disk after each batch of pieces, beside a plain file that is written
 * in the same pieces and fsynced as often; then read in the same pieces, each into memory of its own.
 */
final class StoreBulk {

    private static final long FILE_BYTES = 1L << 30;
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES = 64;

    /** Bytes in a batch: as many as the client's streams gather, and as the nodes' batches often have. */
    private static final int[] BATCH_MIB = {8, 2};

    private final Path folder;
    private final Figures figures;
    private final List<byte[]> pieces = new ArrayList<>();

    StoreBulk(Path folder, Figures figures) {
        this.folder = folder;
        this.figures = figures;
        Random random = new Random(5);
        for (int i = 0; i < PIECES; i++) {
            byte[] piece = new byte[PIECE_BYTES];
            random.nextBytes(piece);
            pieces.add(piece);
        }
    }

    void run(int rounds) throws Exception {
        try (StoreVolume volume = StoreVolume.open(folder.resolve("bulk"))) {
            for (int round = 0; round <= rounds; round++) {
                System.out.println(round == 0 ? "store-bulk: warm-up" : "store-bulk: round " + round);
                for (int batchMib : BATCH_MIB) {
                    round(volume, round, batchMib);
                }
            }
        }
        for (int batchMib : BATCH_MIB) {
            figures.printMedian(name("store write MB/s", batchMib), "MB/s");
            figures.printMedian(name("plain write MB/s", batchMib), "MB/s");
            figures.printRatio(name("store write MB/s", batchMib), name("plain write MB/s", batchMib), 0.8);
        }
        figures.printMedian("store read MB/s", "MB/s");
        figures.printMedian("plain read MB/s", "MB/s");
        figures.printRatio("store read MB/s", "plain read MB/s", 0.9);
    }

    private static String name(String what, int batchMib) {
        return what + ", fsync every " + batchMib + " MiB";
    }

    private void round(StoreVolume volume, int round, int batchMib) throws Exception {
        FileName name = FileName.of("bulk/" + round + "-" + batchMib);
        Path file = folder.resolve("plain-" + round + "-" + batchMib);
        double storeWrite = write(volume, name, batchMib);
        double plainWrite = write(file, batchMib);
        double storeRead = read(volume, name);
        double plainRead = read(file);
        if (round > 0) {
            figures.add(name("store write MB/s", batchMib), storeWrite);
            figures.add(name("plain write MB/s", batchMib), plainWrite);
            figures.add("store read MB/s", storeRead);
            figures.add("plain read MB/s", plainRead);
        }
        Files.delete(file);
        FileVersion last = volume.store().state(name).orElseThrow().version();
        FileVersion deleted = new FileVersion(last.generation(), last.seq() + 1);
        Workloads.join(volume.apply(name, last, StoreVolume.batch(deleted, 0, new Operation.Delete())));
    }

    private double write(StoreVolume volume, FileName name, int batchMib) throws StoreException {
        FileVersion version = new FileVersion(1, 1);
        CompletionStage<FileState> before =
                volume.apply(name, FileVersion.NONE, StoreVolume.batch(version, 0, new Operation.Create()));
        Workloads.join(before);
        long begin = System.nanoTime();
        for (long offset = 0; offset < FILE_BYTES; offset += (long) batchMib * PIECE_BYTES) {
            List<StagedBytes> staged = new ArrayList<>();
            for (int piece = 0; piece < batchMib; piece++) {
                staged.add(volume.store().stage(piece(offset / PIECE_BYTES + piece)));
            }
            FileVersion last = Workloads.join(before).version(); // staging has overlapped with the batch before
            version = new FileVersion(last.generation(), last.seq() + 1);
            Operation write = new Operation.WriteStaged(offset, staged);
            before =
                    volume.apply(name, last, StoreVolume.batch(version, offset + (long) batchMib * PIECE_BYTES, write));
        }
        Workloads.join(before);
        return FILE_BYTES / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    /** With its checksum, which came with the bytes from the client. */
    private Bytes piece(long number) {
        return Bytes.of(pieces.get((int) (number % PIECES)));
    }

    private double write(Path file, int batchMib) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE_BYTES);
        long begin = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int piece = 0; piece < FILE_BYTES / PIECE_BYTES; piece++) {
                buffer.clear().put(pieces.get(piece % PIECES)).flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                if ((piece + 1) % batchMib == 0) {
                    channel.force(false);
                }
            }
        }
        return FILE_BYTES / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    private double read(StoreVolume volume, FileName name) throws StoreException {
        long begin = System.nanoTime();
        for (long offset = 0; offset < FILE_BYTES; offset += PIECE_BYTES) {
            ReadResult result = volume.store().read(name, offset, PIECE_BYTES);
            if (result.bytes().byteCount() != PIECE_BYTES) {
                throw new IllegalStateException(result.bytes().byteCount() + " bytes at " + offset);
            }
        }
        return FILE_BYTES / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    private static double read(Path file) throws IOException {
        long begin = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long offset = 0; offset < FILE_BYTES; offset += PIECE_BYTES) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
                while (piece.hasRemaining()) {
                    if (channel.read(piece, offset + piece.position()) < 0) {
                        throw new IOException(file + " ends before " + (offset + PIECE_BYTES));
                    }
                }
            }
        }
        return FILE_BYTES / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }
}
