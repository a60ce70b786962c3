package org.dfile.store;

import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;

/** What a store does by itself in the background, done now; and what tests of other packages need to see of it. */
public final class Upkeep {

    private Upkeep() {}

    /** Has a store look for garbage, without waiting for it. */
    public static void wakeCompactor(LocalStore store) {
        ((RocksFileStore) store).wakeCompactor();
    }

    /** Compacts and waits until that is done. Returns how many bytes were copied meanwhile. */
    public static long compact(LocalStore store) {
        RocksFileStore opened = (RocksFileStore) store;
        long copied = opened.compactedBytes();
        long rounds = opened.compactions();
        opened.wakeCompactor();
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> opened.compactions() > rounds);
        return opened.compactedBytes() - copied;
    }

    /** Returns how many promotions a crash would undo now. */
    public static long unsynced(LocalStore store) {
        return ((RocksFileStore) store).unsynced();
    }

    /** Runs a whole scrub and waits until that is done. */
    public static ScrubStatus scrub(LocalStore store) throws StoreException {
        boolean older = store.scrubStatus().running(); // since before the last start
        ScrubStatus status = endOfScrub(store);
        return older ? endOfScrub(store) : status;
    }

    private static ScrubStatus endOfScrub(LocalStore store) throws StoreException {
        store.startScrub();
        Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> {
            store.slot(new Slot(0)); // fails if the volume is poisoned: then no scrub ends
            return !store.scrubStatus().running();
        });
        return store.scrubStatus();
    }

    /** What a state adds to the digest of its slot. */
    public static long digest(FileName name, FileState state) {
        return new FileRecord(
                        0,
                        state.version(),
                        state.hash(),
                        false,
                        0,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        FileVersion.NONE,
                        null,
                        0)
                .digest(name);
    }
}
