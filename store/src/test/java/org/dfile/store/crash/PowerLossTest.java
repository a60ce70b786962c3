package org.dfile.store.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.dfile.store.history.Seeds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power of a real ext4 fails while a process writes: the file system is shut down without writing its journal, then
 * mounted again. What was acknowledged is there.
 */
class PowerLossTest {

    private static final long IMAGE_BYTES = 96 << 20;
    private static final int ROUNDS = 60;
    private static final int CUTS = 3;

    /** EXT4_IOC_SHUTDOWN (0x8004587D, as a signed number) with EXT4_GOING_FLAGS_NOLOGFLUSH. */
    private static final String SHUT_DOWN =
            "open(my $d, '<', $ARGV[0]) or die $!; my $flag = pack('L', 2); ioctl($d, -2147198851, $flag) or die $!;";

    @TempDir
    Path directory;

    private Path image;
    private Path mounted;

    @BeforeEach
    void needsExt4OnALoop() throws Exception {
        mounted = Files.createDirectory(directory.resolve("mount"));
        makeImage("probe.img");
        boolean shutDown = Means.succeeds("perl", "-e", SHUT_DOWN, mounted.toString());
        unmount();
        Means.need(shutDown, "ext4 cannot be shut down by ioctl from perl here");
    }

    private void makeImage(String name) throws Exception {
        image = directory.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(IMAGE_BYTES);
        }
        Means.need(Means.succeeds("mkfs.ext4", "-q", "-F", image.toString()), "mkfs.ext4 is not installed");
        Means.need(mount(), "an image cannot be mounted through a loop device; needs root");
    }

    private boolean mount() throws InterruptedException {
        return Means.succeeds("mount", "-o", "loop", image.toString(), mounted.toString());
    }

    private void unmount() throws InterruptedException {
        assertThat(Means.succeeds("umount", mounted.toString())).as("unmounted").isTrue();
    }

    @AfterEach
    void nothingIsLeftMounted() throws Exception {
        if (Means.succeeds("mountpoint", "-q", mounted.toString())) {
            unmount();
        }
    }

    @Test
    void powerFails_duringChanges_everythingAcknowledgedIsThere() throws Exception {
        long seed = Seeds.first("power loss");
        Random random = new Random(seed);
        for (int i = 0; i < CUTS; i++) {
            makeImage(i + ".img");
            int cutAfter = random.nextInt(ROUNDS / 2);
            List<String> promised = cutPower(seed + i, cutAfter, List.of());
            Recovery.ofCut(Script.of(seed + i, ROUNDS), promised).check(mounted.resolve("volume"));
            System.out.println("power cut " + i + ": " + count(promised) + " acknowledged changes are there");
            unmount();
        }
    }

    @Test
    void control_syncIsALie_powerLossIsNoticed() throws Exception {
        Means.needStrace();
        makeImage("lie.img");
        List<String> lie = List.of(
                "strace",
                "--seccomp-bpf",
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:retval=0");
        List<String> promised = cutPower(1, ROUNDS / 4, lie);
        assertThat(count(promised)).isPositive();
        assertThatThrownBy(() -> Recovery.ofCut(Script.of(1, ROUNDS), promised).check(mounted.resolve("volume")))
                .satisfies(noticed -> System.out.println("noticed: " + noticed.getMessage()));
    }

    /** Returns what was promised; the file system is mounted again. */
    private List<String> cutPower(long seed, int cutAfter, List<String> wrapper) throws Exception {
        ChildProcess child = ChildProcess.start(
                wrapper,
                List.of(),
                Workload.arguments(mounted.resolve("volume"), seed, ROUNDS, 0, ROUNDS, Workload.End.HALT),
                directory.resolve("out"));
        child.awaitLines("ACK", cutAfter);
        // Not what is said later: an fsync under way may return well though its transaction is dropped with the power.
        List<String> promised = lines(child);
        assertThat(Means.succeeds("perl", "-e", SHUT_DOWN, mounted.toString())).isTrue();
        child.exitCode();
        unmount();
        assertThat(mount()).as("mounted again").isTrue();
        return promised;
    }

    private static List<String> lines(ChildProcess child) throws IOException {
        return child.output().lines().toList();
    }

    private static long count(List<String> promised) {
        return promised.stream().filter(line -> line.startsWith("ACK")).count();
    }
}
