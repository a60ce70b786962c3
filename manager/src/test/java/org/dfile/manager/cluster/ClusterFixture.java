package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dfile.manager.Main;
import org.dfile.manager.console.Shell;

/** A user's world in one temporary folder: home, host list, distribution; runs command lines there and cleans up. */
final class ClusterFixture implements AutoCloseable {

    /** What a command line did. */
    record Run(int exitCode, String out, String err) {

        Run expect(int expected) {
            assertThat(exitCode).as("out:%n%s%nerr:%n%s", out, err).isEqualTo(expected);
            return this;
        }

        JsonNode json() throws IOException {
            return new JsonMapper().readTree(out);
        }
    }

    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    final Path root;
    final Path hostList;
    final Path home;
    final Map<String, String> environment;

    ClusterFixture(Path root, Path distribution) throws IOException {
        this.root = root;
        this.environment = new HashMap<>(Map.of("DFILE_HOME", distribution.toString()));
        this.hostList = root.resolve("hosts.conf");
        this.home = Files.createDirectories(root.resolve("home"));
    }

    /** Runs {@code dfile} with these words. */
    Run dfile(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(words, shell(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8)));
        return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Runs {@code dfile -c hosts.conf} with these words. */
    Run run(String... words) {
        return dfile(Stream.concat(Stream.of("-c", hostList.toString()), Stream.of(words))
                .toArray(String[]::new));
    }

    Shell shell(PrintStream out, PrintStream err) {
        return new Shell(environment, home, root, InputStream.nullInputStream(), out, err, false, false, false);
    }

    /** Writes the host list: hosts n1, n2, ... on these ports, each with {@code keys} added. */
    void hosts(List<Integer> ports, String keys) throws IOException {
        List<String> rows = new ArrayList<>();
        for (int port : ports) {
            rows.add("{ id = n" + (rows.size() + 1) + ", address = \"127.0.0.1\", port = " + port + ", heap = 128m, "
                    + keys + " }");
        }
        Files.writeString(hostList, "hosts = [\n" + String.join("\n", rows) + "\n]\n");
    }

    void localHosts(List<Integer> ports, String java) throws IOException {
        hosts(ports, "local = true, java = \"" + java + "\"");
    }

    /** Home of a local node. */
    Path node(int number) {
        return root.resolve(".dfile-hosts").resolve("nodes").resolve("n" + number);
    }

    long pid(int number) throws IOException {
        return Long.parseLong(Files.readString(node(number).resolve("node.pid")).split(" ", -1)[0]);
    }

    /** A java command that runs {@link StubNode} in place of a node. */
    String stubJava() throws IOException {
        return script("stub-java", """
                #!/bin/sh
                [ "$1" != -version ] || exec '%1$s' -version
                for last; do :; done
                exec '%1$s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%2$s' org.dfile.manager.cluster.StubNode "$last"
                """.formatted(JAVA, System.getProperty("java.class.path")));
    }

    String script(String name, String text) throws IOException {
        Path file = Files.writeString(root.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }

    static List<Integer> freePorts(int count) throws IOException {
        return Playground.freePorts(count);
    }

    /** Kills what a failed test left running, by the pid files below the root. */
    @Override
    public void close() throws IOException {
        List<Path> scripts;
        try (Stream<Path> files = Files.walk(root)) {
            scripts = files.filter(file -> file.endsWith("node.sh")).collect(Collectors.toList());
        }
        for (Path script : scripts) {
            sh("sh '" + script + "' stop KILL; sh '" + script + "' gone 10");
        }
    }

    static int sh(String command) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
