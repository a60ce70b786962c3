package org.dfile.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RocksDB's machine code, loaded once in the life of a process.
 *
 * <p>Left alone, RocksDB unpacks it (15 MB) under a new name in the directory for temporary files at each start, and a
 * process that is killed leaves it there. So it is unpacked in a folder of the volume, which belongs to this process
 * alone while it is locked, and removed as soon as it is loaded: the process keeps what it has mapped. A process killed
 * between the two leaves a copy that the next one removes.
 */
final class NativeLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private NativeLibrary() {}

    /**
     * Loads the library unless that was done before, by way of a folder of a volume; where nothing can be run from there
     * (noexec, full), by way of the directory for temporary files. To be called before any other use of RocksDB.
     *
     * @param folder which is gone afterwards, whatever was in it
     */
    static synchronized void load(Path folder) throws IOException {
        Volumes.deleteTree(folder); // of a process that was killed
        if (!LOADED.get() && !tryLoadBy(folder)) {
            loadBy(Files.createTempDirectory("dfile-rocksdb"));
        }
        RocksDB.loadLibrary(); // finds it loaded, and notes that
    }

    private static boolean tryLoadBy(Path folder) throws IOException {
        try {
            loadBy(folder);
            return true;
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.warn("RocksDB's library cannot be loaded from {}: {}", folder, e.toString());
            return false;
        }
    }

    private static void loadBy(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            LOADED.set(true);
        } finally {
            Volumes.deleteTree(folder);
        }
    }
}
