package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where one node keeps its volume. On a machine that allows it, an ext4 of its own in a sparse image behind a loop device:
 * such a disk can lose its power and run full. Else a plain folder.
 */
final class NodeDisk implements AutoCloseable {

    private static final long IMAGE_BYTES = 4L << 30;

    /** What a full disk has left: below the reserve of {@link ThrashedCluster}'s nodes. */
    private static final long FULL_BYTES = 6L << 20;

    /** EXT4_IOC_SHUTDOWN (0x8004587D, as a signed number) with EXT4_GOING_FLAGS_NOLOGFLUSH. */
    private static final String SHUT_DOWN =
            "open(my $d, '<', $ARGV[0]) or die $!; my $flag = pack('L', 2); ioctl($d, -2147198851, $flag) or die $!;";

    private final Path folder;
    private final Path image;
    private final boolean real;

    private NodeDisk(Path folder, Path image, boolean real) {
        this.folder = folder;
        this.image = image;
        this.real = real;
    }

    /** Returns a disk for each of the folders, which are made: with faults if this machine can do that. */
    static NodeDisk in(Path home, boolean real) {
        try {
            Path folder = Files.createDirectories(home.resolve("disk"));
            NodeDisk disk = new NodeDisk(folder, home.resolve("disk.img"), real);
            if (real) {
                disk.make();
            }
            return disk;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells whether this machine can make disks with faults; says what is not covered if it cannot. */
    static boolean canBeReal(Path scratch) {
        try {
            NodeDisk probe =
                    new NodeDisk(Files.createDirectories(scratch.resolve("probe")), scratch.resolve("probe.img"), true);
            probe.sizeImage();
            boolean real = Commands.succeed("mkfs.ext4", "-q", "-F", probe.image.toString())
                    && probe.tryMount()
                    && Commands.succeed("perl", "-e", SHUT_DOWN, probe.folder.toString());
            probe.close();
            if (!real) {
                System.out.println(
                        "NOT COVERED: power loss and full disks need root, mkfs.ext4, loop devices and perl");
            }
            return real;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void make() throws IOException {
        sizeImage();
        Commands.run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
        mount();
    }

    private void sizeImage() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(IMAGE_BYTES);
        }
    }

    private boolean tryMount() {
        return Commands.succeed("mount", "-o", "loop", image.toString(), folder.toString());
    }

    private void mount() {
        Commands.run("mount", "-o", "loop", image.toString(), folder.toString());
    }

    Path volume() {
        return folder.resolve("volume");
    }

    boolean isReal() {
        return real;
    }

    /** What was not synced is gone; whoever has files open here gets errors. */
    void cutPower() {
        Commands.run("perl", "-e", SHUT_DOWN, folder.toString());
    }

    /** After {@link #cutPower}, once nobody has files open here. */
    void restorePower() {
        Commands.run("umount", folder.toString());
        mount();
    }

    void sync() {
        Commands.run("sync", "-f", folder.toString());
    }

    /** Takes away the volume, which nobody uses. */
    void wipe() {
        Commands.run("rm", "-r", volume().toString());
    }

    void fill() {
        long bytes = folder.toFile().getUsableSpace() - FULL_BYTES;
        Commands.run("fallocate", "-l", Long.toString(bytes), ballast().toString());
    }

    void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    @Override
    public void close() {
        if (real && isMounted()) {
            Commands.run("umount", folder.toString());
            assertThat(isMounted()).isFalse();
        }
        try {
            Files.deleteIfExists(image); // many runs in one night would fill the disk
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isMounted() {
        return Commands.succeed("mountpoint", "-q", folder.toString());
    }
}
