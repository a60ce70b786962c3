package org.dfile.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.StagedBytes;
import org.rocksdb.RocksDBException;

/**
 * A volume: records in RocksDB, larger pieces in data files, one committer.
 *
 * <p>Threads that call it must not be interrupted in the middle of a call: Java closes a file under an interrupted
 * thread, which is a failed write and poisons the volume.
 */
final class RocksFileStore extends GatedReplica implements LocalStore {

    private final VolumeParts parts;

    private RocksFileStore(VolumeParts parts) {
        super(parts);
        this.parts = parts;
    }

    /** Opens a volume whose lock the caller has taken and keeps if this fails, and begins the work in the background. */
    static RocksFileStore open(
            VolumeDirectory directory,
            VolumeIdentity identity,
            StoreSettings settings,
            Safeguards safeguards,
            Consumer<PoisonedException> onPoisoned,
            FileChannel lock)
            throws IOException, RocksDBException {
        if (!directory.hasDatabase()) {
            throw new IOException("the records are missing"); // RocksDB would begin to make a new database
        }
        NativeLibrary.load(directory.nativeLibrary());
        if (!directory.stoppedCleanly() && safeguards.damagedLogsRefused()) {
            LogRecovery.run(directory.database());
        }
        Database database = Database.open(directory.database(), settings, safeguards);
        try {
            RocksFileStore store = new RocksFileStore(
                    new VolumeParts(directory, identity, settings, safeguards, lock, new Health(onPoisoned), database));
            store.parts.committer.start();
            store.parts.compactor.start();
            store.parts.scrubber.start();
            return store;
        } catch (IOException | RocksDBException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public long bootCount() {
        return parts.bootCount;
    }

    @Override
    public Optional<FileState> state(FileName name) throws StoreException {
        return parts.gate.call(() -> {
            try {
                return parts.reader.state(name);
            } catch (AmnesiacException e) {
                parts.scrubber.suspect(name);
                throw e;
            }
        });
    }

    @Override
    public ReadResult read(FileName name, long offset, int byteCount) throws StoreException {
        return parts.gate.call(() -> {
            parts.marks.check(name);
            try {
                return parts.reader.read(name, offset, byteCount);
            } catch (CorruptDataException | AmnesiacException e) {
                parts.scrubber.suspect(name);
                throw e;
            }
        });
    }

    @Override
    public ListResult list(String prefix, String after, int limit) throws StoreException {
        return parts.gate.call(() -> {
            ListResult found = parts.names.list(prefix, after, limit);
            return new ListResult(found.entries(), found.more(), parts.slots.incompleteNow());
        });
    }

    @Override
    public StagedBytes stage(Bytes bytes) throws StoreException {
        return parts.gate.call(() -> parts.stager.stage(bytes));
    }

    @Override
    public void release(StagedBytes staged) {
        if (!(staged instanceof Staged mine) || !mine.madeBy(parts.stager)) {
            throw new IllegalArgumentException("staged bytes of another store");
        }
        try {
            parts.gate.call(() -> {
                parts.stager.release(mine);
                return mine;
            });
        } catch (StoreException e) {
            // Poisoned: nothing is written any more, so there is nothing to give back.
            return;
        }
    }

    @Override
    public CompletionStage<FileState> apply(FileName name, FileVersion expected, Batch batch) {
        return unlessStopped(name, () -> submit(name, expected, batch));
    }

    private CompletionStage<FileState> submit(FileName name, FileVersion expected, Batch batch) throws StoreException {
        Change<FileState> change = parts.preparer.prepare(name, expected, batch);
        enqueue(change);
        return change.done().minimalCompletionStage();
    }

    private void enqueue(Change<?> change) throws PoisonedException {
        try {
            parts.committer.submit(change);
        } catch (InterruptedException e) {
            parts.preparer.undo(change);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the committer", e);
        }
    }

    @Override
    public VolumeUsage usage() {
        Records.Totals totals = parts.committer.totals();
        DataFiles.Fill inDataFiles = parts.dataFiles.fill();
        SpaceGuard.Room room = parts.space.room();
        return new VolumeUsage(
                totals.files(),
                totals.lengths(),
                inDataFiles.liveBytes() + totals.pieceBytes(),
                room.freeBytes(),
                room.reserveBytes(),
                parts.space.full(),
                inDataFiles.garbageBytes(),
                parts.compactor.copiedBytes());
    }

    /** Looks for garbage now, not only at the next interval. */
    void wakeCompactor() {
        parts.compactor.wake();
    }

    /** How often compaction has looked through the data files. */
    long compactions() {
        return parts.compactor.rounds();
    }

    /** How many bytes compaction has copied. */
    long compactedBytes() {
        return parts.compactor.copiedBytes();
    }

    @Override
    public void startScrub() throws StoreException {
        parts.gate.call(() -> {
            parts.scrubber.request();
            return true;
        });
    }

    @Override
    public void recheck(FileName name) throws StoreException {
        parts.gate.call(() -> {
            parts.scrubber.suspect(name);
            return true;
        });
    }

    @Override
    public ScrubStatus scrubStatus() {
        return parts.scrubber.status(usage().liveBytes());
    }

    /** How many commits there were, and how many syncs for them of data files and of the log. */
    record Effort(long commits, long dataSyncs, long logSyncs) {}

    /** How many promotions would be lost in a crash. */
    long unsynced() {
        return parts.committer.unsynced();
    }

    Effort effort() {
        return new Effort(parts.committer.commits(), parts.dataFiles.syncs(), parts.committer.logSyncs());
    }

    /**
     * {@inheritDoc}
     *
     * <p>Closing again does nothing. Calls after it fail with {@link IllegalStateException}.
     *
     * @throws PoisonedException if the volume was poisoned before or by this; it is let go all the same
     */
    @Override
    public void close() throws StoreException {
        if (!parts.gate.close()) {
            return;
        }
        try {
            parts.compactor.stop();
            parts.scrubber.stop();
            parts.committer.stop();
            parts.pins.close();
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while closing " + parts.directory.path(), e);
        }
    }

    private void finish() throws PoisonedException {
        try {
            parts.dataFiles.close();
            if (!parts.health.poisoned()) {
                parts.database.flush();
            }
        } catch (IOException | RocksDBException e) {
            parts.health.poison("closing " + parts.directory.path(), e);
        }
        parts.database.close();
        try {
            if (!parts.health.poisoned()) {
                parts.directory.markClean();
            }
            parts.lock.close();
        } catch (IOException e) {
            parts.health.poison("closing " + parts.directory.path(), e);
        }
        parts.health.check();
    }
}
