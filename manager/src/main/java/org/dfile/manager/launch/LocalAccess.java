package org.dfile.manager.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** This machine, without SSH: the same scripts, run by its own shell. */
final class LocalAccess implements HostAccess {

    private final Path home;
    private final Duration commandTimeout;

    LocalAccess(Path home, Duration commandTimeout) {
        this.home = home;
        this.commandTimeout = commandTimeout;
    }

    @Override
    public Result run(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-s")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> outputOf(process));
        try (OutputStream in = process.getOutputStream()) {
            in.write(script.getBytes(UTF_8));
        }
        try {
            String text = output.get(commandTimeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Result(process.waitFor(), text);
        } catch (TimeoutException e) {
            throw new AccessException(
                    AccessException.Kind.TIMED_OUT,
                    "a command did not end within " + commandTimeout.toSeconds() + " s",
                    e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a command ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String outputOf(Process process) {
        try (InputStream out = process.getInputStream()) {
            byte[] bytes = out.readNBytes(MAX_OUTPUT_BYTES + 1);
            if (bytes.length > MAX_OUTPUT_BYTES) {
                throw new IOException("a command printed more than " + MAX_OUTPUT_BYTES + " bytes");
            }
            return new String(bytes, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(String path, byte[] content, int mode) throws IOException {
        Path target = home.resolve(path);
        Path temporary = Files.createTempFile(target.getParent(), ".write", ".tmp"); // readable for its owner alone
        Files.write(temporary, content);
        Files.setPosixFilePermissions(temporary, permissions(mode));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void upload(Path source, String path) throws IOException {
        Path target = home.resolve(path);
        Path temporary = Files.createTempFile(target.getParent(), ".upload", ".tmp");
        Files.copy(source, temporary, StandardCopyOption.REPLACE_EXISTING);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        return PosixFilePermissions.fromString(mode == PRIVATE ? "rw-------" : "rw-r--r--");
    }

    @Override
    public void close() {
        // each command is a process of its own; nothing stays open
    }
}
