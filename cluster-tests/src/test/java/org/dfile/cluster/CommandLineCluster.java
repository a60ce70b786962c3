package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dfile.model.HostAddress;

/** A cluster of local node processes that the {@code dfile} command line brings up, uses and takes down. */
final class CommandLineCluster implements AutoCloseable {

    private static final int LONGEST_COMMAND_SECONDS = 120;

    private final Path distribution;
    private final Path folder;
    private final Path hostList;
    private final List<Integer> ports;

    private CommandLineCluster(Path distribution, Path folder, Path hostList, List<Integer> ports) {
        this.distribution = distribution;
        this.folder = folder;
        this.hostList = hostList;
        this.ports = ports;
    }

    static CommandLineCluster prepare(Path folder, int size) throws IOException {
        List<Integer> ports = FreePorts.take(size);
        StringBuilder hosts = new StringBuilder("cluster = test\nhosts = [\n");
        for (int port : ports) {
            hosts.append("  { id = n%d, address = \"127.0.0.1\", port = %d, local = true }%n"
                    .formatted(ports.indexOf(port) + 1, port));
        }
        Path distribution = Distributions.make(Files.createDirectory(folder.resolve("distribution")));
        Path hostList = Files.writeString(folder.resolve("hosts.conf"), hosts.append("]\n"));
        return new CommandLineCluster(distribution, folder, hostList, ports);
    }

    List<HostAddress> addresses() {
        return ports.stream().map(port -> new HostAddress("127.0.0.1", port)).toList();
    }

    /** Runs a command that must succeed, and returns what it prints. */
    String dfile(String... words) throws IOException {
        return finish(command(words), String.join(" ", words));
    }

    /** What runs a command, not started yet. */
    ProcessBuilder command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                Distributions.classPath(distribution),
                "org.dfile.manager.Main"));
        command.addAll(List.of(words));
        command.addAll(List.of("-c", hostList.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    private String finish(ProcessBuilder builder, String what) throws IOException {
        Path out = Files.createTempFile(folder, "command", ".out");
        Path err = Files.createTempFile(folder, "command", ".err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            if (!process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("dfile " + what + " does not end: " + read(out) + read(err));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        assertThat(process.exitValue())
                .as("exit code of dfile %s, which says: %s%s", what, read(out), read(err))
                .isZero();
        return read(out);
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, UTF_8);
    }

    List<ProcessHandle> processes() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>();
        JsonNode status = new ObjectMapper().readTree(dfile("status", "--json"));
        for (JsonNode pid : status.findValues("pid")) {
            ProcessHandle.of(pid.asLong()).ifPresent(processes::add);
        }
        return processes;
    }

    @Override
    public void close() throws IOException {
        dfile("down");
        assertThat(ports).allMatch(FreePorts::isFree);
    }
}
