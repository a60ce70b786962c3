package org.dfile.store;

import static org.dfile.store.VolumeRefusedException.Reason.AMNESIAC;
import static org.dfile.store.VolumeRefusedException.Reason.DAMAGED;
import static org.dfile.store.VolumeRefusedException.Reason.IN_USE;
import static org.dfile.store.VolumeRefusedException.Reason.NOT_A_VOLUME;
import static org.dfile.store.VolumeRefusedException.Reason.OTHER_CLUSTER;
import static org.dfile.store.VolumeRefusedException.Reason.OTHER_HOST;
import static org.dfile.store.VolumeRefusedException.Reason.OTHER_VOLUME;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names in the directory of a volume, and the marks that are files.
 *
 * <pre>
 *   VOLUME       whose it is; written last when it is formatted
 *   FORMATTING   there while it is formatted: without VOLUME, what lies here is a beginning and no volume
 *   LOCK         locked by the process that has the volume open
 *   CLEAN        the last stop was clean
 *   db/          the records, a RocksDB
 *   data/        the data files
 *   quarantine/  copies of what was found damaged
 *   native/      RocksDB's machine code while it is loaded, where temporary files cannot be run
 * </pre>
 */
record VolumeDirectory(Path path) {

    static final String QUARANTINE = "quarantine";

    private static final Set<String> MAY_BE_IN_EMPTY = Set.of("LOCK", "lost+found");

    Path database() {
        return path.resolve("db");
    }

    boolean hasDatabase() {
        return Files.exists(database().resolve("CURRENT"));
    }

    Path data() {
        return path.resolve("data");
    }

    Path quarantine() {
        return path.resolve(QUARANTINE);
    }

    Path nativeLibrary() {
        return path.resolve("native");
    }

    Path formatting() {
        return path.resolve("FORMATTING");
    }

    private Path volume() {
        return path.resolve("VOLUME");
    }

    private Path clean() {
        return path.resolve("CLEAN");
    }

    /** Whether nothing was ever stored here: missing, empty, or the beginning of a format. */
    boolean empty() throws IOException {
        if (!Files.exists(path)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(path)) {
            Set<String> names =
                    entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
            return !names.contains("VOLUME") && (names.contains("FORMATTING") || MAY_BE_IN_EMPTY.containsAll(names));
        }
    }

    /** Returns whose volume lies here, or null if none does and the directory is free for one. */
    @Nullable
    VolumeIdentity identity() throws VolumeRefusedException {
        try {
            if (Files.exists(volume())) {
                return VolumeFile.decode(Files.readAllBytes(volume()));
            }
            if (empty()) {
                return null;
            }
        } catch (IOException e) {
            throw new VolumeRefusedException(DAMAGED, volume() + " cannot be read: " + e.getMessage(), e);
        }
        throw new VolumeRefusedException(NOT_A_VOLUME, path + " holds files, but no volume of DFile");
    }

    /** Refuses another volume than the one that is expected, and a directory without one (I9). */
    void checkIdentity(VolumeIdentity expected) throws VolumeRefusedException {
        VolumeIdentity found = identity();
        if (found == null) {
            throw new VolumeRefusedException(
                    AMNESIAC,
                    path + " is empty, but should hold volume " + expected.volume()
                            + ": was the disk lost, or is it not mounted?");
        }
        if (!found.cluster().equals(expected.cluster())) {
            throw refused(OTHER_CLUSTER, "cluster", found.cluster(), expected.cluster());
        }
        if (!found.host().equals(expected.host())) {
            throw refused(OTHER_HOST, "host", found.host(), expected.host());
        }
        if (!found.volume().equals(expected.volume())) {
            throw refused(OTHER_VOLUME, "volume", found.volume(), expected.volume());
        }
    }

    private VolumeRefusedException refused(
            VolumeRefusedException.Reason reason, String what, Object found, Object expected) {
        return new VolumeRefusedException(
                reason, path + " belongs to " + what + " " + found + ", not to " + what + " " + expected);
    }

    /** Takes the volume for this process, until the channel is closed or the process ends. */
    FileChannel lock() throws VolumeRefusedException {
        Path file = path.resolve("LOCK");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new VolumeRefusedException(DAMAGED, file + " cannot be locked: " + e.getMessage(), e);
        }
        throw new VolumeRefusedException(IN_USE, path + " is in use by another process (or twice in this one)");
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    void writeIdentity(VolumeIdentity identity) throws IOException {
        Path draft = path.resolve("VOLUME.new");
        writeSynced(draft, VolumeFile.encode(identity));
        Files.move(draft, volume(), StandardCopyOption.ATOMIC_MOVE);
        DataFiles.syncDirectory(path);
    }

    void writeSynced(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        DataFiles.syncDirectory(path);
    }

    boolean stoppedCleanly() {
        return Files.exists(clean());
    }

    void markClean() throws IOException {
        writeSynced(clean(), new byte[0]);
    }

    void unmarkClean() throws IOException {
        if (Files.deleteIfExists(clean())) {
            DataFiles.syncDirectory(path);
        }
    }
}
