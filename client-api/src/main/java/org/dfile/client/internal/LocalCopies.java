package org.dfile.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.dfile.client.DFileException;
import org.dfile.client.Progress;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies between local files and the cluster. Local files are touched only on the threads for that. */
final class LocalCopies {

    private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);

    /** A step on a local file. */
    @FunctionalInterface
    private interface LocalStep<T> {
        T run() throws IOException;
    }

    private final Parts parts;

    LocalCopies(Parts parts) {
        this.parts = parts;
    }

    // -- in

    CompletableFuture<Receipt> in(Path source, FileName name, WriteMode mode, Progress progress) {
        return local(source, () -> FileChannel.open(source, StandardOpenOption.READ))
                .thenCompose(file -> in(source, file, name, mode, progress)
                        .whenComplete((receipt, error) -> closeQuietly(source, file)));
    }

    private CompletableFuture<Receipt> in(
            Path source, FileChannel file, FileName name, WriteMode mode, Progress progress) {
        return local(source, file::size).thenCompose(total -> {
            Meter meter = new Meter(parts.callbacks(), progress, total);
            StagedWrite write = new StagedWrite(parts, name, mode);
            return send(source, file, write, meter)
                    .thenCompose(last -> write.publish(last, () -> sendAgain(source, file, name, mode))
                            .whenComplete((receipt, error) -> {
                                if (error == null) {
                                    meter.add(last.byteCount());
                                }
                            }));
        });
    }

    /** Sends all full chunks ahead; completes with what is left, less than a chunk. */
    private CompletableFuture<Bytes> send(Path source, FileChannel file, StagedWrite write, Meter meter) {
        CompletableFuture<Bytes> last = new CompletableFuture<>();
        return Loop.whileTrue(() -> local(source, () -> readChunk(file)).thenCompose(chunk -> {
                    if (chunk.byteCount() < Limits.MAX_CHUNK_BYTES) {
                        last.complete(chunk);
                        return CompletableFuture.completedFuture(false);
                    }
                    return write.send(chunk).thenApply(room -> {
                        meter.add(chunk.byteCount());
                        return true;
                    });
                }))
                .thenCompose(read -> last);
    }

    /** A host lost what was sent ahead: the file is read once more. */
    private CompletableFuture<Change> sendAgain(Path source, FileChannel file, FileName name, WriteMode mode) {
        StagedWrite write = new StagedWrite(parts, name, mode);
        Meter untold = new Meter(parts.callbacks(), Progress.NONE, 0);
        return local(source, () -> file.position(0))
                .thenCompose(rewound -> send(source, file, write, untold))
                .thenCompose(write::staged);
    }

    /** Reads a full chunk, or less at the end. */
    private static Bytes readChunk(FileChannel file) throws IOException {
        long left = Math.max(0, file.size() - file.position());
        // One byte more than seems left, so that a file that grows is noticed.
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(Limits.MAX_CHUNK_BYTES, left + 1));
        while (chunk.hasRemaining() && file.read(chunk) >= 0) {
            if (!chunk.hasRemaining() && chunk.capacity() < Limits.MAX_CHUNK_BYTES) {
                chunk = ByteBuffer.allocate(Limits.MAX_CHUNK_BYTES).put(chunk.flip());
            }
        }
        return Bytes.of(chunk.flip());
    }

    // -- out

    CompletableFuture<Long> out(FileName name, Path target, Progress progress) {
        Path absolute = target.toAbsolutePath();
        return local(target, () -> temporaryBeside(absolute))
                .thenCompose(temporary -> outTo(name, temporary, progress)
                        .thenCompose(byteCount -> local(target, () -> {
                            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE);
                            return byteCount;
                        }))
                        .exceptionallyCompose(error -> afterDeleting(temporary, error)));
    }

    private static Path temporaryBeside(Path target) throws IOException {
        Path name = target.getFileName();
        Path directory = target.getParent();
        if (name == null || directory == null || Files.isDirectory(target)) {
            throw new IOException("not a place for a file");
        }
        Path temporary = directory.resolve("." + name + "." + Long.toHexString(System.nanoTime()) + ".part");
        return Files.createFile(temporary);
    }

    /** Ends with the error once the temporary file is gone; deletes it here if the client has no threads left. */
    private CompletableFuture<Long> afterDeleting(Path temporary, Throwable error) {
        CompletableFuture<Long> failed = new CompletableFuture<>();
        Runnable deletion = () -> {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                error.addSuppressed(e);
            }
            failed.completeExceptionally(error);
        };
        try {
            parts.localIo().execute(deletion);
        } catch (RejectedExecutionException e) {
            deletion.run();
        }
        return failed;
    }

    private CompletableFuture<Long> outTo(FileName name, Path temporary, Progress progress) {
        return local(temporary, () -> FileChannel.open(temporary, StandardOpenOption.WRITE))
                .thenCompose(file -> outTo(name, temporary, file, progress)
                        .whenComplete((byteCount, error) -> closeQuietly(temporary, file)));
    }

    private CompletableFuture<Long> outTo(FileName name, Path temporary, FileChannel file, Progress progress) {
        ChunkReader reader = parts.reader(name, 0, 0, Limits.MAX_FILE_BYTES);
        Meter[] meter = new Meter[1];
        return Loop.whileTrue(() -> reader.next().thenCompose(chunk -> {
                    if (chunk == null) {
                        return CompletableFuture.completedFuture(false);
                    }
                    if (meter[0] == null) {
                        meter[0] = new Meter(parts.callbacks(), progress, chunk.length());
                    }
                    return local(temporary, () -> writeFully(file, chunk.bytes()))
                            .thenApply(byteCount -> {
                                meter[0].add(byteCount);
                                return true;
                            });
                }))
                .thenCompose(end -> local(temporary, () -> {
                    file.force(true);
                    return file.position();
                }));
    }

    private static int writeFully(FileChannel file, Bytes bytes) throws IOException {
        ByteBuffer source = bytes.buffer();
        while (source.hasRemaining()) {
            file.write(source);
        }
        return bytes.byteCount();
    }

    // -- local steps

    private <T> CompletableFuture<T> local(Path path, LocalStep<T> step) {
        return run(parts.localIo(), path, step);
    }

    private static <T> CompletableFuture<T> run(Executor executor, Path path, LocalStep<T> step) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                result.complete(step.run());
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(
                        new DFileException(new Failure.LocalFileFailed(path.toString(), String.valueOf(e)), e));
            }
        };
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new DFileException(new Failure.ClientClosed("copy of " + path), e));
        }
        return result;
    }

    private static void closeQuietly(Path path, FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} was not closed", path, e); // nothing hangs on it: written bytes were forced before
        }
    }
}
