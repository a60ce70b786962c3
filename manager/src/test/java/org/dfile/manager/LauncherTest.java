package org.dfile.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/dfile}, with a Java and a Maven that only say how they were called. */
final class LauncherTest {

    private static final Path SCRIPT = Path.of("..", "bin", "dfile");

    private record Run(int exitCode, String out, String err) {}

    @TempDir
    Path directory;

    private Path root;
    private Path javaHome;

    @BeforeEach
    void setUp() throws IOException {
        root = Files.createDirectories(directory.resolve("a b'c"));
        Files.createDirectories(root.resolve("bin"));
        Files.copy(SCRIPT, root.resolve("bin/dfile"));
        executable(root.resolve("bin/dfile"));
        javaHome = java("17.0.15");
    }

    @Test
    void script_anyShell_parses() throws Exception {
        assertThat(run(List.of("sh", "-n", root.resolve("bin/dfile").toString()))
                        .exitCode())
                .isZero();
    }

    @Nested
    class Distribution {

        @BeforeEach
        void setUp() throws IOException {
            Files.writeString(root.resolve("dfile.jar"), "");
        }

        @Test
        void run_arguments_reachJavaAsTheyAre() throws Exception {
            Run run = dfile("put", "a b", "", "$HOME `x` \"y\" '*'", "--", "-r");
            assertThat(run.exitCode()).isEqualTo(7);
            assertThat(run.err()).isEmpty();
            assertThat(run.out().lines())
                    .endsWith(
                            "[-jar]",
                            "[" + root.toRealPath().resolve("dfile.jar") + "]",
                            "[put]",
                            "[a b]",
                            "[]",
                            "[$HOME `x` \"y\" '*']",
                            "[--]",
                            "[-r]");
        }

        @Test
        void run_throughLinks_findsTheJar() throws Exception {
            Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("a b'c/bin/dfile"));
            Path second = Files.createSymbolicLink(directory.resolve("second"), link);
            Run run = run(List.of(second.toString(), "ls"));
            assertThat(run.out()).contains("[" + root.toRealPath().resolve("dfile.jar") + "]");
        }

        @Test
        void run_oldJava_saysWhatItNeeds() throws Exception {
            javaHome = java("1.8.0_402");
            assertThat(dfile("ls").err()).contains("is Java 1.8.0_402; DFile needs 17 or newer");
            javaHome = java("11.0.2");
            Run run = dfile("ls");
            assertThat(run.err()).contains("is Java 11.0.2; DFile needs 17 or newer");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            javaHome = java("21");
            assertThat(dfile("ls").exitCode()).isEqualTo(7);
        }

        @Test
        void run_noJava_saysWhereItLooked() throws Exception {
            javaHome = directory.resolve("nowhere");
            assertThat(dfile("ls").err()).contains("JAVA_HOME is " + javaHome).contains("unset it");
        }

        @Test
        void run_jarIsMissing_saysSo() throws Exception {
            Files.delete(root.resolve("dfile.jar"));
            Run run = dfile("ls");
            assertThat(run.err()).contains("dfile.jar is missing");
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Nested
    class Checkout {

        private final Path log = Path.of(".dfile-build", "build.log");

        @BeforeEach
        void setUp() throws IOException {
            Files.createDirectories(root.resolve("manager/src/main"));
            Files.writeString(root.resolve("pom.xml"), "");
            Files.writeString(root.resolve("manager/pom.xml"), "");
            maven("mkdir -p manager/target; : > manager/target/dfile.jar; echo \"built: $*\"");
        }

        @Test
        void run_noBuild_buildsOnceAndSaysSo() throws Exception {
            Run first = dfile("ls");
            assertThat(first.exitCode()).isEqualTo(7);
            assertThat(first.err()).contains("building DFile (first use").contains("built in");
            assertThat(root.resolve(log)).content().contains("-pl manager -am package");
            assertThat(dfile("ls").err()).isEmpty();
        }

        @Test
        void run_sourceIsNewer_buildsAgainThoughTheJarKeepsItsTime() throws Exception {
            Run ignored = dfile("ls");
            Files.setLastModifiedTime(root.resolve("manager/target/dfile.jar"), FileTime.from(Instant.EPOCH));
            Path source = Files.writeString(root.resolve("manager/src/main/A.java"), "");
            Files.setLastModifiedTime(
                    source, FileTime.from(Instant.now().plusMillis(1_500))); // beyond coarse file times
            maven("[ -f manager/target/dfile.jar ]");
            assertThat(dfile("ls").err()).contains("sources have changed");
            Files.setLastModifiedTime(source, FileTime.from(Instant.now().minusSeconds(10)));
            Files.setLastModifiedTime(
                    source.getParent(), FileTime.from(Instant.now().minusSeconds(10)));
            assertThat(dfile("ls").err()).isEmpty();
        }

        @Test
        void run_buildFails_showsTheEndOfItsOutput() throws Exception {
            maven("echo 'COMPILATION ERROR: x'; exit 1");
            Run run = dfile("ls");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("COMPILATION ERROR: x")
                    .contains("the build failed")
                    .contains("build.log");
            assertThat(run.out()).isEmpty();
        }

        private void maven(String commands) throws IOException {
            Path mvn = Files.writeString(
                    Files.createDirectories(directory.resolve("path")).resolve("mvn"), "#!/bin/sh\n" + commands + "\n");
            executable(mvn);
        }
    }

    /** A Java home whose java prints its arguments and exits with 7. */
    private Path java(String version) throws IOException {
        Path home = directory.resolve("java " + version);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(Files.writeString(
                home.resolve("bin/java"), "#!/bin/sh\nfor argument; do echo \"[$argument]\"; done\nexit 7\n"));
        return home;
    }

    private static void executable(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run dfile(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(root.resolve("bin/dfile").toString()));
        command.addAll(List.of(args));
        return run(command);
    }

    private Run run(List<String> command) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("PATH", directory.resolve("path") + ":" + System.getenv("PATH"));
        builder.environment().remove("DFILE_JAVA_OPTS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
