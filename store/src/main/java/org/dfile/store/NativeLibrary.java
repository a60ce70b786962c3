package org.dfile.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's machine code, loaded once in the life of a process.
 *
 * <p>Left alone, RocksDB unpacks it (15 MB) under a new name in the directory for temporary files at each start, and a
 * process that is killed leaves it there. So it is unpacked in a folder that names this process, and removed as soon as
 * it is loaded: the process keeps what it has mapped. What a process that was killed between the two has left, the next
 * one removes. Not on the volume, unless nothing else can be run from: it would keep its disk from being unmounted, and
 * code that cannot be read any more from a failing disk ends the process without a word.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private NativeLibrary() {}

    /**
     * Loads the library unless that was done before. To be called before any other use of RocksDB.
     *
     * @param folder of a volume that is locked, to load it from where nothing can be run from temporary files (noexec);
     *     gone afterwards
     */
    static synchronized void load(Path folder) throws IOException {
        Volumes.deleteTree(folder); // of a process that was killed
        if (!LOADED.get() && !loadedFromTemporary()) {
            loadFrom(folder);
        }
        RocksDB.loadLibrary(); // finds it loaded, and notes that
    }

    private static boolean loadedFromTemporary() {
        try {
            loadFrom(temporary());
            return true;
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.warn("RocksDB's library cannot be loaded by way of temporary files: {}", e.toString());
            return false;
        }
    }

    private static void loadFrom(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            LOADED.set(true);
        } finally {
            Volumes.deleteTree(folder);
        }
    }

    /** Returns a folder for this process; nobody but this user can put anything there. */
    private static Path temporary() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"), "dfile-native-" + System.getProperty("user.name"));
        try {
            Files.createDirectory(parent, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
        } catch (FileAlreadyExistsException e) {
            if (!isOurs(parent)) {
                return Files.createTempDirectory("dfile-native");
            }
        }
        removeLeftovers(parent);
        return parent.resolve(Long.toString(ProcessHandle.current().pid()));
    }

    private static boolean isOurs(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
                && Files.getPosixFilePermissions(folder).equals(OWNER_ALONE);
    }

    private static void removeLeftovers(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, NativeLibrary::namesProcess)) {
            for (Path folder : folders) {
                long pid = Long.parseLong(folder.getFileName().toString());
                if (pid == ProcessHandle.current().pid()
                        || ProcessHandle.of(pid).isEmpty()) {
                    Volumes.deleteTree(folder);
                }
            }
        }
    }

    private static boolean namesProcess(Path folder) {
        return folder.getFileName().toString().matches("\\d{1,18}");
    }
}
