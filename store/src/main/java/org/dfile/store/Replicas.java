package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.StagedBytes;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** {@link ReplicaStore} on the parts of a volume. */
final class Replicas {

    /** What stands in the record of a pending batch is written again when it is promoted. */
    private static final int TIMES_WRITTEN = 2;

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final Stager stager;
    private final SpaceGuard space;
    private final Preparer preparer;
    private final Committer committer;
    private final Slots slots;
    private final UnderWay underWay;

    Replicas(
            Database database,
            Records records,
            DataFiles dataFiles,
            Stager stager,
            SpaceGuard space,
            Preparer preparer,
            Committer committer,
            Slots slots,
            UnderWay underWay) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.stager = stager;
        this.space = space;
        this.preparer = preparer;
        this.committer = committer;
        this.slots = slots;
        this.underWay = underWay;
    }

    // -- slots

    CompletionStage<List<SlotState>> promise(Collection<Slot> promised, Ballot ballot) throws StoreException {
        List<Mutation> mutations = new ArrayList<>();
        synchronized (slots) {
            promised.forEach(slot -> slots.promise(slot, ballot, mutations));
            List<SlotState> states = promised.stream().map(slots::state).toList();
            // Also if nothing changes: what it relies on may still be on its way to the disk.
            return submit(Change.ofRecords(mutations, states));
        }
    }

    CompletionStage<SlotState> raiseFloor(Slot slot, long generation) throws StoreException {
        List<Mutation> mutations = new ArrayList<>();
        synchronized (slots) {
            slots.raiseFloor(slot, generation, mutations);
            return submit(Change.ofRecords(mutations, slots.state(slot)));
        }
    }

    private <T> CompletionStage<T> submit(Change<T> change) throws StoreException {
        try {
            committer.submit(change);
        } catch (InterruptedException e) {
            preparer.undo(change);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the committer", e);
        }
        return change.done().minimalCompletionStage();
    }

    // -- a file that one call changes

    /** Changes a file: looks at it, and returns a stage; if it submits a change, that one ends the file. */
    private interface Work<T> {
        /** @param lease is to be told when a change was submitted */
        CompletionStage<T> run(Database.View view, Lease lease) throws StoreException;
    }

    private static final class Lease {
        private boolean submitted;
    }

    private <T> CompletionStage<T> changing(FileName name, Work<T> work) throws StoreException {
        if (!underWay.begin(name)) {
            throw new ConflictException("another change of " + name + " is under way");
        }
        Lease lease = new Lease();
        try (Database.View view = database.latest()) {
            return work.run(view, lease);
        } finally {
            if (!lease.submitted) {
                underWay.end(name);
            }
        }
    }

    private <T> CompletionStage<T> submit(Change<T> change, Lease lease) throws StoreException {
        lease.submitted = true;
        return submit(change);
    }

    private static <T> CompletionStage<T> now(T result) {
        return CompletableFuture.completedStage(result);
    }

    private static FileVersion version(@Nullable FileRecord record) {
        return record == null ? FileVersion.NONE : record.version();
    }

    private static ChainHash hash(@Nullable FileRecord record) {
        return record == null ? ChainHash.NONE : record.hash();
    }

    // -- pending batches

    Optional<PendingBatch> pending(FileName name) throws StoreException {
        try (Database.View view = database.latest()) {
            return Optional.ofNullable(records.pending(view, name));
        }
    }

    CompletionStage<AcceptResult> accept(FileName name, Ballot ballot, FileVersion before, ChainHash hash, Batch batch)
            throws StoreException {
        Preparer.checkVersion(before, batch);
        return changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (!version(committed).equals(before) || !hash(committed).equals(hash)) {
                return now(new AcceptResult.Behind(version(committed), hash(committed))); // I4
            }
            PendingBatch replaced = records.pending(view, name);
            Acceptance acceptance = new Acceptance(name, replaced, committed == null);
            try {
                return acceptance.submit(ballot, batch, lease);
            } finally {
                if (!lease.submitted) {
                    acceptance.undo();
                }
            }
        });
    }

    /** A batch on its way to be pending. */
    private final class Acceptance {

        private final FileName name;
        private final @Nullable PendingBatch replaced;
        private final boolean nameless;
        private final List<Staged> claimed = new ArrayList<>();
        private final List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
        private long spaceBytes;

        Acceptance(FileName name, @Nullable PendingBatch replaced, boolean nameless) {
            this.name = name;
            this.replaced = replaced;
            this.nameless = nameless;
        }

        CompletionStage<AcceptResult> submit(Ballot ballot, Batch batch, Lease lease) throws StoreException {
            long needed = TIMES_WRITTEN * SpaceNeed.of(batch.operations());
            if (needed > 0) {
                space.take(needed);
                spaceBytes = needed;
            }
            Batch stored = stored(batch); // claims in any case: the staged bytes are used up
            if (replaced != null && replaced.batch().hash().equals(batch.hash())) {
                return decide(ballot, replaced.batch(), lease);
            }
            return decide(ballot, stored, lease);
        }

        private CompletionStage<AcceptResult> decide(Ballot ballot, Batch batch, Lease lease) throws StoreException {
            Slot slot = name.slot();
            List<Mutation> mutations = new ArrayList<>();
            LiveBytes live = new LiveBytes();
            if (replaced != null) {
                live.remove(replaced.batch());
            }
            live.add(batch);
            PendingBatch pending = new PendingBatch(ballot, batch);
            mutations.add(new Mutation.Put(Family.PENDING, name.utf8(), PendingCodec.encode(pending)));
            synchronized (slots) {
                SlotState state = slots.state(slot);
                if (nameless && batch.version().generation() <= state.floor()) {
                    return now(new AcceptResult.BelowFloor(state.floor())); // I15
                }
                if (!slots.promise(slot, ballot, mutations)) { // I2
                    return now(new AcceptResult.Outvoted(state.promised().orElseThrow()));
                }
                Change<AcceptResult> change = new Change<>(
                        mutations,
                        syncPoints,
                        live,
                        null,
                        claimed,
                        List.of(),
                        spaceBytes,
                        () -> underWay.end(name),
                        new AcceptResult.Accepted(),
                        new CompletableFuture<>());
                return Replicas.this.submit(change, lease);
            }
        }

        /** Returns the batch as it is kept: staged bytes by their places, all others copied and checked. */
        private Batch stored(Batch batch) throws StoreException {
            List<Operation> operations = new ArrayList<>();
            for (Operation operation : batch.operations()) {
                operations.add(stored(operation));
            }
            return new Batch(
                    batch.version(),
                    batch.hash(),
                    batch.time(),
                    operations,
                    batch.sessions(),
                    batch.evicted(),
                    batch.watermark());
        }

        private Operation stored(Operation operation) throws StoreException {
            if (operation instanceof Operation.WriteInline write) {
                ByteBuffer copy = ByteBuffer.wrap(Stager.copy(write.bytes()));
                return new Operation.WriteInline(
                        write.offset(), Bytes.received(copy, write.bytes().crc32c()));
            }
            if (operation instanceof Operation.WriteStaged write) {
                List<StagedBytes> pieces = new ArrayList<>();
                for (StagedBytes piece : write.pieces()) {
                    pieces.add(stored(piece));
                }
                return new Operation.WriteStaged(write.offset(), pieces);
            }
            return operation;
        }

        private StoredBytes stored(StagedBytes piece) {
            if (!(piece instanceof Staged staged) || !staged.madeBy(stager) || !staged.claim()) {
                throw new IllegalArgumentException("staged bytes for " + name + " that are not live in this store");
            }
            claimed.add(staged);
            DataFiles.Written written = staged.written();
            if (written != null) {
                syncPoints.add(written.syncPoint());
            }
            return StoredBytes.of(staged);
        }

        void undo() throws PoisonedException {
            for (Staged staged : claimed) {
                stager.unclaim(staged);
            }
            space.settle(spaceBytes);
        }
    }

    CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash) throws StoreException {
        return changing(name, (view, lease) -> {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                return now(new AcceptResult.NotPending(Optional.ofNullable(pending)));
            }
            return new Acceptance(name, pending, false).decide(ballot, pending.batch(), lease);
        });
    }

    Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount) throws StoreException {
        try (Database.View view = database.latest()) {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                throw new ConflictException("the batch is not pending any more: " + name + ", " + hash);
            }
            Operation write = pending.batch().operations().get(operation);
            if (write instanceof Operation.WriteInline inline) {
                return Bytes.of(range(List.of(fresh(inline)), offset, byteCount));
            }
            if (write instanceof Operation.WriteStaged staged) {
                return Bytes.of(range(extents(staged), offset, byteCount));
            }
            throw new IllegalArgumentException("operation " + operation + " is no write: " + write);
        }
    }

    private static Extent fresh(Operation.WriteInline write) throws StoreException {
        return new Extent.Fresh(0, Stager.copy(write.bytes()));
    }

    private static List<Extent> extents(Operation.WriteStaged write) {
        List<Extent> extents = new ArrayList<>();
        long offset = 0;
        for (StagedBytes piece : write.pieces()) {
            extents.add(((StoredBytes) piece).at(offset));
            offset += piece.byteCount();
        }
        return extents;
    }

    private ByteBuffer range(List<Extent> extents, long offset, int byteCount) throws StoreException {
        long end = extents.isEmpty() ? 0 : extents.get(extents.size() - 1).end();
        if (offset < 0 || byteCount < 0) {
            throw new IllegalArgumentException("offset " + offset + ", byte count " + byteCount);
        }
        byte[] bytes = new byte[(int) Math.min(byteCount, Math.max(0, end - offset))];
        ExtentReader reader = new ExtentReader(dataFiles, null, bytes, offset);
        for (Extent extent : extents) {
            if (extent.offset() < offset + bytes.length && extent.end() > offset) {
                copy(reader, extent);
            }
        }
        return ByteBuffer.wrap(bytes);
    }

    private static void copy(ExtentReader reader, Extent extent) throws StoreException {
        try {
            reader.copy(extent);
        } catch (ExtentReader.OutdatedException e) {
            throw new ConflictException("the batch is not pending any more: " + e.getMessage());
        }
    }

    CompletionStage<PromoteResult> promote(FileName name, FileVersion version, ChainHash hash) throws StoreException {
        return changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (committed != null
                    && committed.version().equals(version)
                    && committed.hash().equals(hash)) {
                return now(new PromoteResult.Promoted(records.state(view, name, committed)));
            }
            PendingBatch pending = records.pending(view, name);
            if (pending == null
                    || !pending.batch().version().equals(version)
                    || !pending.batch().hash().equals(hash) // I3
                    || version.seq() != version(committed).seq() + 1) {
                return now(new PromoteResult.Behind(version(committed), hash(committed)));
            }
            Change<FileState> change = preparer.prepare(view, name, version(committed), pending.batch(), true);
            removePending(name, pending, change.mutations(), change.live());
            Function<FileState, PromoteResult> promoted = PromoteResult.Promoted::new;
            return submit(change, lease).thenApply(promoted);
        });
    }

    CompletionStage<Boolean> drop(FileName name, ChainHash hash) throws StoreException {
        return changing(name, (view, lease) -> {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                return now(false);
            }
            LiveBytes live = new LiveBytes();
            List<Mutation> mutations = new ArrayList<>();
            removePending(name, pending, mutations, live);
            return submit(change(name, mutations, live, null, true), lease);
        });
    }

    static void removePending(FileName name, PendingBatch pending, List<Mutation> mutations, LiveBytes live) {
        mutations.add(new Mutation.Delete(Family.PENDING, name.utf8()));
        live.remove(pending.batch());
    }

    private <T> Change<T> change(
            FileName name, List<Mutation> mutations, LiveBytes live, @Nullable FileChange file, T result) {
        return new Change<>(
                mutations,
                List.of(),
                live,
                file,
                List.of(),
                List.of(),
                0,
                () -> underWay.end(name),
                result,
                new CompletableFuture<>());
    }

    // -- whole states

    CompletionStage<InstallResult> install(FileName name, FileState state, List<Incoming.Range> ranges)
            throws StoreException {
        return changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (version(committed).equals(state.version()) && !hash(committed).equals(state.hash())) {
                return now(new InstallResult.Diverged(version(committed), hash(committed))); // I18
            }
            if (version(committed).compareTo(state.version()) >= 0) {
                return now(new InstallResult.NotAbove(version(committed))); // I19
            }
            Change<FileState> change =
                    preparer.prepareState(view, name, committed, state, ranges, records.pending(view, name));
            Function<FileState, InstallResult> installed = InstallResult.Installed::new;
            return submit(change, lease).thenApply(installed);
        });
    }

    CompletionStage<Boolean> purge(FileName name, FileVersion tombstone) throws StoreException {
        return changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (committed == null
                    || committed.exists()
                    || !committed.version().equals(tombstone)
                    || records.pending(view, name) != null) {
                return now(false);
            }
            List<Mutation> mutations = new ArrayList<>();
            byte[] sessions = Keys.sessions(committed.id());
            mutations.add(new Mutation.DeleteRange(Family.SESSIONS, sessions, Keys.sessions(committed.id() + 1)));
            FileChange file = new FileChange(name, committed, null);
            synchronized (slots) {
                slots.raiseFloor(name.slot(), tombstone.generation(), mutations); // I15, in the same commit
                return submit(change(name, mutations, new LiveBytes(), file, true), lease);
            }
        });
    }

    // -- comparing

    ChangedNames changedSince(long after, int limit) throws StoreException {
        if (after < 0 || limit < 1) {
            throw new IllegalArgumentException("after " + after + ", limit " + limit);
        }
        List<ChangedNames.Entry> entries = new ArrayList<>();
        long upTo = after;
        try (Database.View view = database.snapshot();
                RocksIterator changes = view.iterator(Family.CHANGES)) {
            for (changes.seek(Keys.change(after + 1)); changes.isValid(); changes.next()) {
                if (entries.size() == limit) {
                    return new ChangedNames(entries, upTo, true);
                }
                upTo = ByteBuffer.wrap(changes.key()).getLong();
                entries.add(entry(view, upTo, FileName.ofUtf8(changes.value())));
            }
            Database.check(changes);
        }
        return new ChangedNames(entries, upTo, false);
    }

    private ChangedNames.Entry entry(Database.View view, long number, FileName name) throws StoreException {
        FileRecord record = records.file(view, name);
        if (record == null || record.change() != number) {
            throw new CorruptDataException("change " + number + " of " + name + " does not fit its record", 0);
        }
        return new ChangedNames.Entry(number, name, record.version(), record.hash(), record.exists());
    }
}
