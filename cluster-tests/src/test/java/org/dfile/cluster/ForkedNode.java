package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A node in a process of its own, started as the manager does it: with a settings file in its home. */
final class ForkedNode {

    private static final Pattern READY = Pattern.compile("(?m)^DFile .* (ready|amnesiac) at ");

    private final Process process;
    private final Path log;

    private ForkedNode(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the node whose settings are {@code home/node.conf}; its output is appended to {@code home/node.log}.
     *
     * @param wrapper a command, with its arguments, that runs the node; may be empty
     */
    static ForkedNode start(Path home, List<String> wrapper) {
        Path log = home.resolve("node.log");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx128m",
                "-cp",
                productClassPath(),
                "org.dfile.node.NodeMain",
                home.resolve("node.conf").toString()));
        try {
            Files.deleteIfExists(log);
            return new ForkedNode(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start(),
                    log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the class path of this process without what belongs to tests. */
    static String productClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    ForkedNode awaitReady() {
        await().atMost(Stages.PATIENCE)
                .until(() -> !process.isAlive() || READY.matcher(log()).find());
        assertThat(process.isAlive()).as("the node lives; its log: %s", log()).isTrue();
        return this;
    }

    /** Waits for the process to end by itself and returns its exit code. */
    int awaitExit() {
        try {
            return process.onExit()
                    .get(Stages.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .exitValue();
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the node does not end; its log: " + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** SIGKILL. A wrapper ends by itself when its node has gone. */
    void kill() {
        List<ProcessHandle> wrapped = process.descendants().toList();
        wrapped.forEach(ProcessHandle::destroyForcibly);
        if (wrapped.isEmpty()) {
            process.destroyForcibly();
        }
        awaitExit();
    }

    /** SIGTERM; returns the exit code. */
    int terminate() {
        process.destroy();
        return awaitExit();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns what the node has said so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
