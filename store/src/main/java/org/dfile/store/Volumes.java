package org.dfile.store;

import static org.dfile.store.VolumeRefusedException.Reason.DAMAGED;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/** Makes volumes out of empty directories, and opens them. */
public final class Volumes {

    private Volumes() {}

    /**
     * Makes an empty or missing directory a volume, durably. Does nothing if it is this very volume already; begins anew
     * what an earlier call could not finish.
     *
     * @throws VolumeRefusedException if the directory holds anything else, or cannot be written
     */
    public static void format(Path directory, VolumeIdentity identity, StoreSettings settings)
            throws VolumeRefusedException {
        format(directory, identity, settings, List.of());
    }

    /**
     * Does what {@link #format} does for a volume that comes in the place of a lost one: what that promised is not known, so
     * no slot of it is complete (I9, I10), durably, before it can be opened.
     *
     * @throws VolumeRefusedException if the directory holds anything else, or cannot be written
     */
    public static void formatReplacement(Path directory, VolumeIdentity identity, StoreSettings settings)
            throws VolumeRefusedException {
        format(directory, identity, settings, Slots.allIncomplete());
    }

    private static void format(Path directory, VolumeIdentity identity, StoreSettings settings, List<Mutation> slots)
            throws VolumeRefusedException {
        VolumeDirectory volume = new VolumeDirectory(directory.toAbsolutePath());
        VolumeIdentity found = volume.identity();
        if (identity.equals(found)) {
            return;
        }
        if (found != null) {
            volume.checkIdentity(identity);
        }
        try {
            Files.createDirectories(volume.path());
        } catch (IOException e) {
            throw new VolumeRefusedException(DAMAGED, directory + " cannot be made: " + e.getMessage(), e);
        }
        FileChannel lock = volume.lock();
        try {
            formatLocked(volume, identity, settings, slots, lock);
        } catch (VolumeRefusedException e) {
            throw e;
        } catch (IOException | RocksDBException e) {
            throw new VolumeRefusedException(DAMAGED, directory + " cannot be formatted: " + e.getMessage(), e);
        }
    }

    private static void formatLocked(
            VolumeDirectory volume,
            VolumeIdentity identity,
            StoreSettings settings,
            List<Mutation> slots,
            FileChannel lock)
            throws IOException, RocksDBException {
        try {
            if (volume.identity() == null) {
                write(volume, identity, settings, slots);
            } else { // somebody was faster
                volume.checkIdentity(identity);
            }
        } finally {
            lock.close();
        }
    }

    private static void write(
            VolumeDirectory volume, VolumeIdentity identity, StoreSettings settings, List<Mutation> slots)
            throws IOException, RocksDBException {
        volume.writeSynced(volume.formatting(), new byte[0]);
        NativeLibrary.load(volume.nativeLibrary());
        deleteTree(volume.database());
        deleteTree(volume.data());
        Files.createDirectory(volume.data());
        try (Database database = Database.create(volume.database(), settings)) {
            List<Mutation> records = new ArrayList<>(slots);
            records.add(Records.putVolume(identity));
            records.add(Records.Totals.NONE.put());
            database.write(records);
        }
        DataFiles.syncDirectory(volume.path());
        volume.writeIdentity(identity);
        Files.delete(volume.formatting());
        Path parent = volume.path().getParent();
        if (parent != null) {
            DataFiles.syncDirectory(parent);
        }
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * Opens a volume for this process alone and raises its boot count.
     *
     * @param onPoisoned called once, on the thread that noticed, when a write or fsync has failed (I12): the process
     *     should end
     * @throws VolumeRefusedException if it is not the expected volume, in use, or damaged
     */
    public static LocalStore open(
            Path directory, VolumeIdentity expected, StoreSettings settings, Consumer<PoisonedException> onPoisoned)
            throws StoreException {
        return open(directory, expected, settings, Safeguards.ALL, onPoisoned);
    }

    static LocalStore open(
            Path directory,
            VolumeIdentity expected,
            StoreSettings settings,
            Safeguards safeguards,
            Consumer<PoisonedException> onPoisoned)
            throws StoreException {
        VolumeDirectory volume = new VolumeDirectory(directory.toAbsolutePath());
        volume.checkIdentity(expected);
        FileChannel lock = volume.lock();
        try {
            return RocksFileStore.open(volume, expected, settings, safeguards, onPoisoned, lock);
        } catch (IOException | RocksDBException e) {
            VolumeRefusedException refused = new VolumeRefusedException(
                    DAMAGED,
                    volume.path() + " cannot be opened as volume " + expected.volume() + ": " + e.getMessage(),
                    e);
            closeAfter(lock, refused);
            throw refused;
        }
    }

    private static void closeAfter(FileChannel channel, Exception failure) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
