package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/**
 * Processes that were killed once filled a disk with copies of RocksDB's library, each under a name of its own in the
 * directory for temporary files.
 */
class NativeLibraryTest {

    @TempDir
    Path directory;

    private Path volume;
    private Path temporary;

    @BeforeEach
    void makeVolume() throws Exception {
        volume = directory.resolve("volume");
        temporary = Files.createDirectory(directory.resolve("tmp"));
        Volumes.format(volume, TestVolume.IDENTITY, TestVolume.smallSettings());
    }

    @Test
    void processKilled_leavesNoLibraryBehind() throws Exception {
        Path leftover = volume.resolve("native/librocksdbjni-linux64.so");
        Files.createDirectory(leftover.getParent());
        Files.writeString(leftover, "of a process that was killed while it loaded");
        try (StoreProcess process = StoreProcess.start(List.of("env", option()), volume, Integer.MAX_VALUE)) {
            assertThat(process.line()).isEqualTo("BOOT 1");
            process.kill();
        }
        assertThat(temporary).isEmptyDirectory();
        assertThat(leftover.getParent()).doesNotExist();
    }

    private String option() {
        return "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary;
    }

    @Test
    void folderCannotBeMade_loadedByWayOfTemporaryFilesWhichAreRemoved() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Djava.io.tmpdir=" + temporary,
                        NativeLibraryTest.class.getName(),
                        file.resolve("native").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("cannot be loaded from " + file);
        assertThat(temporary).isEmptyDirectory();
    }

    /** Loads the library by way of a folder and uses it, in a process of its own. It ends without its shutdown hooks. */
    public static void main(String[] arguments) throws IOException {
        NativeLibrary.load(Path.of(arguments[0]));
        new WriteBatch().close();
        Runtime.getRuntime().halt(0);
    }
}
