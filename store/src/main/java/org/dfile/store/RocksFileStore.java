package org.dfile.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Slot;
import org.dfile.model.StagedBytes;
import org.rocksdb.RocksDBException;

/**
 * A volume: records in RocksDB, larger pieces in data files, one committer.
 *
 * <p>Threads that call it must not be interrupted in the middle of a call: Java closes a file under an interrupted
 * thread, which is a failed write and poisons the volume.
 */
final class RocksFileStore implements LocalStore {

    private final VolumeDirectory directory;
    private final VolumeIdentity identity;
    private final FileChannel lock;
    private final Health health;
    private final Database database;
    private final DataFiles dataFiles;
    private final SpaceGuard space;
    private final Stager stager;
    private final Preparer preparer;
    private final Committer committer;
    private final FileReader reader;
    private final Compactor compactor;
    private final Scrubber scrubber;
    private final Slots slots;
    private final Replicas replicas;
    private final PendingBatches pendingBatches;
    private final Pins pins;
    private final Gate gate;
    private final long bootCount;

    private final Set<FileName> changing = ConcurrentHashMap.newKeySet();
    private final Locations locations = new Locations(changing);

    private RocksFileStore(
            VolumeDirectory directory,
            VolumeIdentity identity,
            StoreSettings settings,
            Safeguards safeguards,
            FileChannel lock,
            Health health,
            Database database)
            throws IOException, RocksDBException {
        this.directory = directory;
        this.identity = identity;
        this.lock = lock;
        this.health = health;
        this.database = database;
        this.dataFiles = new DataFiles(directory.data(), settings, safeguards, health);
        this.space = new SpaceGuard(directory.path(), database, settings);
        this.stager = new Stager(dataFiles, space, settings);
        this.reader = new FileReader(database, new Records(), dataFiles, locations);
        Records records = new Records();
        Records.Totals totals;
        try (Database.View view = database.latest()) {
            if (!records.belongsTo(view, identity)) {
                throw new IOException("the records are those of another volume");
            }
            totals = records.totals(view);
            dataFiles.open(records.liveBytes(view), directory.stoppedCleanly());
            slots = new Slots(view);
            bootCount = records.bootCount(view) + 1;
        }
        directory.unmarkClean(); // before the first write
        database.write(List.of(Records.putBootCount(bootCount)));
        UnderWay underWay = new UnderWay(changing, locations::ended);
        AtomicLong nextId = new AtomicLong(totals.nextId());
        this.preparer = new Preparer(database, records, dataFiles, stager, space, nextId, underWay);
        this.committer = new Committer(settings, database, dataFiles, stager, space, health, nextId, slots, totals);
        this.gate = new Gate(directory.path(), health);
        this.pins = new Pins(database, records, dataFiles, reader, gate);
        ChangeLine line = new ChangeLine(database, preparer, committer, underWay);
        StatePreparer states = new StatePreparer(dataFiles, nextId, underWay, preparer);
        this.replicas = new Replicas(database, records, states, committer, slots, line);
        this.pendingBatches =
                new PendingBatches(database, records, dataFiles, stager, space, preparer, slots, underWay, line);
        this.scrubber = scrubber(records, settings.upkeep());
        this.compactor = new Compactor(database, dataFiles, space, committer, underWay, health, settings);
    }

    private Scrubber scrubber(Records records, UpkeepSettings settings) throws CorruptDataException {
        try (Database.View view = database.latest()) {
            DamageLog log = new DamageLog(directory, committer, view, settings.damageLimit());
            return new Scrubber(
                    database, records, dataFiles, directory, committer, log, health, settings, ScrubState.read(view));
        }
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
            LogCheck.check(directory.database());
        }
        Database database = Database.open(directory.database(), settings, safeguards, directory.stoppedCleanly());
        try {
            RocksFileStore store = new RocksFileStore(
                    directory, identity, settings, safeguards, lock, new Health(onPoisoned), database);
            store.committer.start();
            store.compactor.start();
            store.scrubber.start();
            return store;
        } catch (IOException | RocksDBException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public VolumeIdentity identity() {
        return identity;
    }

    @Override
    public long bootCount() {
        return bootCount;
    }

    @Override
    public Optional<FileState> state(FileName name) throws StoreException {
        return gate.call(() -> {
            try {
                return reader.state(name);
            } catch (AmnesiacException e) {
                scrubber.suspect(name);
                throw e;
            }
        });
    }

    @Override
    public ReadResult read(FileName name, long offset, int byteCount) throws StoreException {
        return gate.call(() -> {
            try {
                return reader.read(name, offset, byteCount);
            } catch (CorruptDataException | AmnesiacException e) {
                scrubber.suspect(name);
                throw e;
            }
        });
    }

    @Override
    public ListResult list(String prefix, String after, int limit) throws StoreException {
        return gate.call(() -> reader.list(prefix, after, limit));
    }

    @Override
    public StagedBytes stage(Bytes bytes) throws StoreException {
        return gate.call(() -> stager.stage(bytes));
    }

    @Override
    public void release(StagedBytes staged) {
        if (!(staged instanceof Staged mine) || !mine.madeBy(stager)) {
            throw new IllegalArgumentException("staged bytes of another store");
        }
        try {
            gate.call(() -> {
                stager.release(mine);
                return mine;
            });
        } catch (StoreException e) {
            // Poisoned: nothing is written any more, so there is nothing to give back.
            return;
        }
    }

    @Override
    public CompletionStage<FileState> apply(FileName name, FileVersion expected, Batch batch) {
        return gate.stage(() -> submit(name, expected, batch));
    }

    private CompletionStage<FileState> submit(FileName name, FileVersion expected, Batch batch) throws StoreException {
        Change<FileState> change = preparer.prepare(name, expected, batch);
        enqueue(change);
        return change.done().minimalCompletionStage();
    }

    private void enqueue(Change<?> change) throws PoisonedException {
        try {
            committer.submit(change);
        } catch (InterruptedException e) {
            preparer.undo(change);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the committer", e);
        }
    }

    @Override
    public VolumeUsage usage() {
        Records.Totals totals = committer.totals();
        DataFiles.Fill inDataFiles = dataFiles.fill();
        SpaceGuard.Room room = space.room();
        return new VolumeUsage(
                totals.files(),
                totals.lengths(),
                inDataFiles.liveBytes() + totals.pieceBytes(),
                room.freeBytes(),
                room.reserveBytes(),
                room.bytes() < Limits.MAX_CHUNK_BYTES,
                inDataFiles.garbageBytes(),
                compactor.copiedBytes());
    }

    // -- replica operations

    @Override
    public SlotState slot(Slot slot) throws StoreException {
        return gate.call(() -> slots.state(slot));
    }

    @Override
    public CompletionStage<List<SlotState>> promise(Collection<Slot> promised, Ballot ballot) {
        return gate.stage(() -> replicas.promise(promised, ballot));
    }

    @Override
    public CompletionStage<SlotState> raiseFloor(Slot slot, long generation) {
        return gate.stage(() -> replicas.raiseFloor(slot, generation));
    }

    @Override
    public CompletionStage<Standing> standing(FileName name) {
        return gate.stage(() -> replicas.standing(name));
    }

    @Override
    public Optional<PendingBatch> pending(FileName name) throws StoreException {
        return gate.call(() -> pendingBatches.pending(name));
    }

    @Override
    public CompletionStage<AcceptResult> accept(
            FileName name, Ballot ballot, FileVersion before, ChainHash hash, Batch batch) {
        return gate.stage(() -> pendingBatches.accept(name, ballot, before, hash, batch));
    }

    @Override
    public CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash) {
        return gate.stage(() -> pendingBatches.acceptAgain(name, ballot, hash));
    }

    @Override
    public Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount)
            throws StoreException {
        return gate.call(() -> pendingBatches.readPending(name, hash, operation, offset, byteCount));
    }

    @Override
    public CompletionStage<PromoteResult> promote(FileName name, FileVersion version, ChainHash hash) {
        return gate.stage(() -> pendingBatches.promote(name, version, hash));
    }

    @Override
    public CompletionStage<Boolean> drop(FileName name, ChainHash hash) {
        return gate.stage(() -> pendingBatches.drop(name, hash));
    }

    @Override
    public Optional<PinnedState> pin(FileName name) throws StoreException {
        return gate.call(() -> pins.pin(name));
    }

    @Override
    public IncomingState receive(FileName name, FileState state) {
        return new Incoming(name, state, stager, replicas, gate);
    }

    @Override
    public CompletionStage<Boolean> purge(FileName name, FileVersion tombstone) {
        return gate.stage(() -> replicas.purge(name, tombstone));
    }

    @Override
    public SlotDigest digest(Slot slot) throws StoreException {
        return gate.call(() -> slots.digest(slot));
    }

    @Override
    public ChangedNames changedSince(long after, int limit) throws StoreException {
        return gate.call(() -> replicas.changedSince(after, limit));
    }

    /** Looks for garbage now, not only at the next interval. */
    void wakeCompactor() {
        compactor.wake();
    }

    /** How often compaction has looked through the data files. */
    long compactions() {
        return compactor.rounds();
    }

    /** How many bytes compaction has copied. */
    long compactedBytes() {
        return compactor.copiedBytes();
    }

    @Override
    public void startScrub() throws StoreException {
        gate.call(() -> {
            scrubber.request();
            return true;
        });
    }

    @Override
    public ScrubStatus scrubStatus() {
        return scrubber.status(usage().liveBytes());
    }

    /** How many commits there were, and how many syncs of data files for them. */
    record Effort(long commits, long dataSyncs) {}

    Effort effort() {
        return new Effort(committer.commits(), dataFiles.syncs());
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
        if (!gate.close()) {
            return;
        }
        try {
            compactor.stop();
            scrubber.stop();
            committer.stop();
            pins.close();
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while closing " + directory.path(), e);
        }
    }

    private void finish() throws PoisonedException {
        try {
            dataFiles.close();
            if (!health.poisoned()) {
                database.flush();
            }
        } catch (IOException | RocksDBException e) {
            health.poison("closing " + directory.path(), e);
        }
        database.close();
        try {
            if (!health.poisoned()) {
                directory.markClean();
            }
            lock.close();
        } catch (IOException e) {
            health.poison("closing " + directory.path(), e);
        }
        health.check();
    }
}
