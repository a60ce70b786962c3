package org.dfile.store.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dfile.store.history.Folders;
import org.dfile.store.history.Seeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that is far too small, so that the space runs out somewhere inside of RocksDB or of a data file: the
 * process ends, and when there is room again all that it acknowledged is there.
 */
class SmallDiskTest {

    private static final int ROUNDS = 60;

    @TempDir
    Path directory;

    private Path mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = Files.createDirectory(directory.resolve("mount"));
        Means.need(
                Means.succeeds("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mounted.toString()),
                "a small file system cannot be mounted; needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (Means.succeeds("mountpoint", "-q", mounted.toString())) {
            assertThat(Means.succeeds("umount", mounted.toString())).isTrue();
        }
    }

    @Test
    void noRoom_anywhere_endsTheProcessAndLosesNothingAcknowledged() throws Exception {
        long seed = Seeds.first("small disks");
        int stopped = 0;
        for (int kib = 256; kib <= 4 << 10; kib *= 2) {
            resize(kib);
            Path volume = mounted.resolve("v" + kib);
            ChildProcess child = ChildProcess.start(
                    List.of(),
                    List.of(),
                    Workload.arguments(volume, seed, ROUNDS, 0, ROUNDS, Workload.End.CLOSE),
                    directory.resolve("out"));
            int exit = child.exitCode();
            stopped += exit == 0 ? 0 : 1;
            List<String> promised = child.output().lines().toList();
            long acknowledged =
                    promised.stream().filter(line -> line.startsWith("ACK")).count();
            System.out.println(kib + " KiB: exit " + exit + " after " + acknowledged + " acknowledged changes");
            resize(64 << 10);
            new Recovery(Script.of(seed, ROUNDS), promised).check(volume);
            Folders.delete(volume);
        }
        assertThat(stopped).as("disks that were too small").isPositive();
    }

    private void resize(int kib) throws Exception {
        assertThat(Means.succeeds("mount", "-o", "remount,size=" + kib + "k", mounted.toString()))
                .isTrue();
    }
}
