package org.dfile.store.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.rocksdb.RocksDB;

/** A Java process of this test's class path, perhaps under a tracer, with its output in a file. */
final class ChildProcess {

    private static final int LONGEST_SECONDS = 120;

    private static final String LIBRARY = "librocksdbjni-linux64.so";

    private final Process process;
    private final Path output;

    private ChildProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** @param wrapper a command that runs the process; may be empty */
    static ChildProcess start(List<String> wrapper, List<String> java, List<String> arguments, Path output)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xshare:auto"));
        command.add("-Djava.library.path=" + library(output.resolveSibling("lib")));
        command.addAll(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new ChildProcess(process, output);
    }

    /** Lays RocksDB's library ready, so that each process need not write one of its own under the eyes of the tracer. */
    private static Path library(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            Files.createDirectory(directory);
            try (InputStream library = RocksDB.class.getResourceAsStream("/" + LIBRARY)) {
                Files.copy(Objects.requireNonNull(library, LIBRARY), directory.resolve(LIBRARY));
            }
        }
        return directory;
    }

    /** Waits for its end. It does not outlive the call, nor does what it has started. */
    int exitCode() throws InterruptedException {
        try {
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the process has not ended");
            }
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Waits until so many lines of its output begin with a word, or until it has ended. */
    void awaitLines(String word, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(LONGEST_SECONDS))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> !process.isAlive() || lines(word) >= count);
    }

    private long lines(String word) throws IOException {
        return output().lines().filter(line -> line.startsWith(word)).count();
    }

    String output() throws IOException {
        return Files.readString(output);
    }
}
