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
public final class ForkedNode {

    private static final Pattern READY = Pattern.compile("(?m)^DFile .* (ready|amnesiac) at ");

    private static final int HEAP_MIB = 128;

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
    public static ForkedNode start(Path home, List<String> wrapper) {
        return start(home, wrapper, HEAP_MIB);
    }

    public static ForkedNode start(Path home, List<String> wrapper, int heapMib) {
        Path log = home.resolve("node.log");
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx" + heapMib + "m",
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
    public static String productClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    public ForkedNode awaitReady() {
        await().atMost(Stages.PATIENCE)
                .until(() -> !process.isAlive() || READY.matcher(log()).find());
        assertThat(process.isAlive()).as("the node lives; its log: %s", log()).isTrue();
        return this;
    }

    /** Waits for the process to end by itself and returns its exit code. */
    public int awaitExit() {
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
    public void kill() {
        List<ProcessHandle> wrapped = process.descendants().toList();
        wrapped.forEach(ProcessHandle::destroyForcibly);
        if (wrapped.isEmpty()) {
            process.destroyForcibly();
        }
        awaitExit();
    }

    /** SIGSTOP: it lives and does nothing until {@link #resume}. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exitCode = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(exitCode).as("exit code of kill -%s", name).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** SIGTERM; returns the exit code. */
    public int terminate() {
        process.destroy();
        return awaitExit();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns what the node has said so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
