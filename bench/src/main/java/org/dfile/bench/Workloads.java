package org.dfile.bench;

import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.bench.Pipeline.Rate;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.WriteMode;

/** What a client of DFile is measured with. */
final class Workloads {

    static final int SMALL_BYTES = 4 << 10;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int OPEN_FILES = 48;
    private static final int OPEN_FILE_BYTES = 1 << 20;

    private final DFileSystem files;
    private final String prefix;
    private final AtomicLong names = new AtomicLong();

    Workloads(DFileSystem files) {
        this(files, "bench");
    }

    /** @param prefix what all names begin with */
    Workloads(DFileSystem files, String prefix) {
        this.files = files;
        this.prefix = prefix;
    }

    /** Opens files of 1 MiB each, spread over the nodes. */
    List<DFile> openFiles() {
        List<DFile> open = new ArrayList<>();
        byte[] content = new byte[OPEN_FILE_BYTES];
        new Random(1).nextBytes(content);
        for (int file = 0; file < OPEN_FILES; file++) {
            String name = prefix + "/open/" + file;
            join(files.write(name, content));
            open.add(join(files.open(name, StandardOpenOption.READ)));
        }
        return open;
    }

    /** 4 KiB at a random aligned offset of one of the open files. */
    Rate read(List<DFile> open, int inFlight, Duration time) throws InterruptedException {
        return Pipeline.run(inFlight, time, number -> {
            long mixed = (number * 0x9E3779B97F4A7C15L) >>> 20;
            long offset = mixed % (OPEN_FILE_BYTES / SMALL_BYTES) * SMALL_BYTES;
            return open.get((int) (number % open.size())).readAt(offset, SMALL_BYTES);
        });
    }

    /** New files of 4 KiB, each in one request. */
    Rate create(int inFlight, Duration time) throws InterruptedException {
        byte[] content = new byte[SMALL_BYTES];
        new Random(2).nextBytes(content);
        long run = names.incrementAndGet();
        return Pipeline.run(
                inFlight,
                time,
                number -> files.write(
                        prefix + "/new/" + run + "/" + number, ByteBuffer.wrap(content), WriteMode.CREATE_NEW));
    }

    /** As many new files of 4 KiB, each in one request; all are acknowledged when this returns. */
    void createAll(int count, int inFlight) {
        byte[] content = new byte[SMALL_BYTES];
        new Random(2).nextBytes(content);
        AtomicLong next = new AtomicLong();
        CompletableFuture<?>[] lanes = new CompletableFuture<?>[inFlight];
        for (int lane = 0; lane < inFlight; lane++) {
            lanes[lane] = createOn(content, next, count).toCompletableFuture();
        }
        CompletableFuture.allOf(lanes).join();
    }

    private CompletionStage<Void> createOn(byte[] content, AtomicLong next, int count) {
        long number = next.getAndIncrement();
        if (number >= count) {
            return CompletableFuture.completedFuture(null);
        }
        return files.write(prefix + "/all/" + number, ByteBuffer.wrap(content), WriteMode.REPLACE)
                .thenComposeAsync(receipt -> createOn(content, next, count));
    }

    /** Returns MB/s (10^6 bytes) of writing a file by one long write, whose acknowledgement is waited for. */
    double write(String name, ByteBuffer content) {
        DFile file = join(files.open(
                name, StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING));
        int byteCount = content.remaining();
        long begin = System.nanoTime();
        join(file.write(content.duplicate()));
        return byteCount / ((System.nanoTime() - begin) / 1e9) / 1e6;
    }

    /** Returns MB/s (10^6 bytes) of reading a file in chunks of 1 MiB, several in flight. */
    double read(String name, long byteCount, int inFlight) throws InterruptedException {
        DFile file = join(files.open(name, StandardOpenOption.READ));
        AtomicLong received = new AtomicLong();
        CompletableFuture<?>[] lanes = new CompletableFuture<?>[inFlight];
        AtomicLong next = new AtomicLong();
        long begin = System.nanoTime();
        for (int lane = 0; lane < inFlight; lane++) {
            lanes[lane] = readOn(file, next, byteCount, received).toCompletableFuture();
        }
        CompletableFuture.allOf(lanes).join();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (received.get() != byteCount) {
            throw new IllegalStateException(received + " bytes came back of " + byteCount);
        }
        return byteCount / seconds / 1e6;
    }

    private CompletionStage<Void> readOn(DFile file, AtomicLong next, long byteCount, AtomicLong received) {
        long offset = next.getAndAdd(CHUNK_BYTES);
        if (offset >= byteCount) {
            return CompletableFuture.completedFuture(null);
        }
        return file.readAt(offset, CHUNK_BYTES).thenCompose(chunk -> {
            received.addAndGet(chunk.remaining());
            return readOn(file, next, byteCount, received);
        });
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
