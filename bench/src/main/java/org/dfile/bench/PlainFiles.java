package org.dfile.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dfile.bench.Pipeline.Rate;
import org.jspecify.annotations.Nullable;

/** What the file system does with one file and one fsync each, in one folder, by as many threads as are in flight. */
final class PlainFiles {

    private PlainFiles() {}

    /** @param folderToo whether the folder is fsynced after each file, which POSIX asks for and ext4 does not need */
    static Rate create(Path folder, int inFlight, byte[] content, Duration time, boolean folderToo)
            throws IOException, InterruptedException {
        Files.createDirectory(folder);
        ExecutorService threads = Executors.newFixedThreadPool(inFlight);
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            return Pipeline.run(
                    inFlight,
                    time,
                    number -> CompletableFuture.runAsync(
                            () -> create(folder.resolve(Long.toString(number)), content, folderToo ? directory : null),
                            threads));
        } finally {
            threads.shutdown();
            BenchMain.delete(folder);
        }
    }

    private static void create(Path file, byte[] content, @Nullable FileChannel directory) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
            if (directory != null) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
