package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/**
 * Processes that were killed once filled a disk with copies of RocksDB's library, each under a name of its own in the
 * directory for temporary files.
 */
class NativeLibraryTest {

    private static final String OURS = "dfile-native-" + System.getProperty("user.name");
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

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
        List<Path> leftovers = List.of(volume.resolve("native"), temporary.resolve(OURS + "/99999999"));
        Files.createDirectory(temporary.resolve(OURS), PosixFilePermissions.asFileAttribute(OWNER_ALONE));
        for (Path leftover : leftovers) {
            Files.createDirectory(leftover);
            Files.writeString(leftover.resolve("librocksdbjni-linux64.so"), "of one that was killed while it loaded");
        }
        try (StoreProcess process = StoreProcess.start(List.of("env", option()), volume, Integer.MAX_VALUE)) {
            assertThat(process.line()).isEqualTo("BOOT 1");
            process.kill();
        }
        assertThat(temporary).isDirectoryContaining("glob:**" + OURS);
        assertThat(temporary.resolve(OURS)).isEmptyDirectory();
        assertThat(volume.resolve("native")).doesNotExist();
    }

    private String option() {
        return "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary;
    }

    @Test
    void temporaryFilesCannotBeUsed_loadedFromTheVolumeAndNothingStays() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(load(file.resolve("tmp"))).contains("cannot be loaded by way of temporary files");
        assertThat(volume.resolve("native")).doesNotExist();
    }

    /** Whoever may write there could have put another library into its place. */
    @Test
    void folderForTemporaryFilesOpenToOthers_notUsed() throws Exception {
        Path open = Files.createDirectory(temporary.resolve(OURS));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path theirs = Files.createDirectory(open.resolve("99999999"));
        load(temporary);
        assertThat(temporary).isDirectoryNotContaining("glob:**/dfile-native?*[0-9]");
        assertThat(theirs).exists();
    }

    private String load(Path temporaryFiles) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Djava.io.tmpdir=" + temporaryFiles,
                        NativeLibraryTest.class.getName(),
                        volume.resolve("native").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Loads the library by way of a folder and uses it, in a process of its own. It ends without its shutdown hooks. */
    public static void main(String[] arguments) throws IOException {
        NativeLibrary.load(Path.of(arguments[0]));
        new WriteBatch().close();
        Runtime.getRuntime().halt(0);
    }
}
