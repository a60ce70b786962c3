package org.dfile.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.dfile.client.DFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on real input: one file of over 100 MB, thousands of files of a Maven repository, and this project's own
 * tree go into a cluster of three processes and come back, by the command line and by Java, and are the same.
 */
final class MainJobTest {

    private static final long LEAST_JDK_BYTES = 100_000_000;
    private static final int LEAST_MAVEN_FILES = 500;
    private static final int MOST_MAVEN_FILES = 5_000;
    private static final long MOST_MAVEN_BYTES = 200_000_000;
    private static final Set<String> NOT_OURS = Set.of("target", ".git", ".dfile-build", ".dfile-hosts");
    private static final int COPIES_IN_FLIGHT = 64;

    @TempDir
    private static Path folder;

    private static Path input;
    private static SortedMap<String, String> hashes;
    private static CommandLineCluster cluster;
    private static List<ProcessHandle> processes;

    @BeforeAll
    static void start() throws IOException {
        input = Files.createDirectory(folder.resolve("input"));
        collectInput();
        hashes = Trees.hashes(input);
        cluster = CommandLineCluster.prepare(folder, 3);
        cluster.dfile("up");
        processes = cluster.processes();
        assertThat(processes).hasSize(3).allMatch(ProcessHandle::isAlive);
    }

    @AfterAll
    static void stop() throws IOException {
        cluster.close();
        // A process that has ended is listed until the shell that started it has taken its exit code.
        Awaitility.await("the nodes' processes are gone")
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static void collectInput() throws IOException {
        Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
        assertThat(Files.size(modules)).as("bytes of %s", modules).isGreaterThan(LEAST_JDK_BYTES);
        link(modules, input.resolve("jdk/modules"));

        Path repository =
                Path.of(System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
        Map<String, Path> maven = Trees.files(repository, any -> true);
        assertThat(maven.size()).as("files in %s", repository).isGreaterThanOrEqualTo(LEAST_MAVEN_FILES);
        int files = 0;
        long bytes = 0;
        for (Map.Entry<String, Path> file : maven.entrySet()) {
            long size = Files.size(file.getValue());
            if (files < MOST_MAVEN_FILES && bytes + size <= MOST_MAVEN_BYTES) {
                link(file.getValue(), input.resolve("maven").resolve(file.getKey()));
                files++;
                bytes += size;
            }
        }
        assertThat(files).isGreaterThanOrEqualTo(LEAST_MAVEN_FILES);

        Path project = Path.of("..").toRealPath();
        assertThat(project.resolve("pom.xml")).exists();
        for (Map.Entry<String, Path> file :
                Trees.files(project, MainJobTest::isOurs).entrySet()) {
            link(file.getValue(), input.resolve("project").resolve(file.getKey()));
        }
    }

    private static boolean isOurs(Path folder) {
        return !NOT_OURS.contains(folder.getFileName().toString());
    }

    /** The bytes need not be there twice; on another file system they are. */
    private static void link(Path file, Path link) throws IOException {
        Files.createDirectories(link.getParent());
        try {
            Files.createLink(link, file);
        } catch (FileSystemException e) {
            Files.copy(file, link);
        }
    }

    @Test
    void commandLine_bringsEverythingBack() throws IOException {
        cluster.dfile("put", "-r", input.toString(), "by/command");
        Path output = folder.resolve("by-command");
        cluster.dfile("get", "-r", "by/command", output.toString());
        assertThat(Trees.hashes(output)).isEqualTo(hashes);
    }

    @Test
    void java_bringsEverythingBack() throws IOException {
        Path output = folder.resolve("by-java");
        try (DFileSystem files = Stages.get(DFileSystem.connect(cluster.addresses()))) {
            inFlight(hashes.keySet(), name -> files.copyIn(input.resolve(name), "by/java/" + name));
            for (String name : hashes.keySet()) {
                Files.createDirectories(output.resolve(name).getParent());
            }
            inFlight(hashes.keySet(), name -> files.copyOut("by/java/" + name, output.resolve(name)));
        }
        assertThat(Trees.hashes(output)).isEqualTo(hashes);
    }

    private static void inFlight(Set<String> names, Function<String, CompletionStage<?>> copy) {
        Semaphore free = new Semaphore(COPIES_IN_FLIGHT);
        List<CompletionStage<?>> copies = new ArrayList<>();
        for (String name : names) {
            free.acquireUninterruptibly();
            copies.add(copy.apply(name).whenComplete((done, error) -> free.release()));
        }
        Stages.getAll(copies);
    }
}
