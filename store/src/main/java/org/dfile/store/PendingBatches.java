package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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
import org.dfile.store.ChangeLine.Lease;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;

/** The life of a pending batch: accepted, read by others, then promoted, replaced or dropped. */
final class PendingBatches {

    /** What stands in the record of a pending batch is written again when it is promoted. */
    private static final int TIMES_WRITTEN = 2;

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final Stager stager;
    private final SpaceGuard space;
    private final Preparer preparer;
    private final Slots slots;
    private final UnderWay underWay;
    private final ChangeLine line;

    PendingBatches(
            Database database,
            Records records,
            DataFiles dataFiles,
            Stager stager,
            SpaceGuard space,
            Preparer preparer,
            Slots slots,
            UnderWay underWay,
            ChangeLine line) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.stager = stager;
        this.space = space;
        this.preparer = preparer;
        this.slots = slots;
        this.underWay = underWay;
        this.line = line;
    }

    Optional<PendingBatch> pending(FileName name) throws StoreException {
        try (Database.View view = database.latest()) {
            return Optional.ofNullable(records.pending(view, name));
        }
    }

    CompletionStage<AcceptResult> accept(FileName name, Ballot ballot, FileVersion before, ChainHash hash, Batch batch)
            throws StoreException {
        Preparer.checkVersion(before, batch);
        return line.changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (!ChangeLine.version(committed).equals(before)
                    || !ChangeLine.hash(committed).equals(hash)) {
                return ChangeLine.now(
                        new AcceptResult.Behind(ChangeLine.version(committed), ChangeLine.hash(committed))); // I4
            }
            PendingBatch replaced = records.pending(view, name);
            Acceptance acceptance = new Acceptance(name, replaced, committed == null);
            try {
                return acceptance.submit(ballot, batch, lease);
            } finally {
                if (!lease.submitted()) {
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
                    return ChangeLine.now(new AcceptResult.BelowFloor(state.floor())); // I15
                }
                if (!slots.promise(slot, ballot, mutations)) { // I2
                    return ChangeLine.now(
                            new AcceptResult.Outvoted(state.promised().orElseThrow()));
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
                return line.submit(change, lease);
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
        return line.changing(name, (view, lease) -> {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                return ChangeLine.now(new AcceptResult.NotPending(Optional.ofNullable(pending)));
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
        return line.changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (committed != null
                    && committed.version().equals(version)
                    && committed.hash().equals(hash)) {
                return ChangeLine.now(new PromoteResult.Promoted(records.state(view, name, committed)));
            }
            PendingBatch pending = records.pending(view, name);
            if (pending == null
                    || !pending.batch().version().equals(version)
                    || !pending.batch().hash().equals(hash) // I3
                    || version.seq() != ChangeLine.version(committed).seq() + 1) {
                return ChangeLine.now(
                        new PromoteResult.Behind(ChangeLine.version(committed), ChangeLine.hash(committed)));
            }
            Change<FileState> change =
                    preparer.prepare(view, name, ChangeLine.version(committed), pending.batch(), true);
            removePending(name, pending, change.mutations(), change.live());
            Function<FileState, PromoteResult> promoted = PromoteResult.Promoted::new;
            return line.submit(change, lease).thenApply(promoted);
        });
    }

    CompletionStage<Boolean> drop(FileName name, ChainHash hash) throws StoreException {
        return line.changing(name, (view, lease) -> {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                return ChangeLine.now(false);
            }
            LiveBytes live = new LiveBytes();
            List<Mutation> mutations = new ArrayList<>();
            removePending(name, pending, mutations, live);
            return line.submit(line.change(name, mutations, live, null, true), lease);
        });
    }

    static void removePending(FileName name, PendingBatch pending, List<Mutation> mutations, LiveBytes live) {
        mutations.add(new Mutation.Delete(Family.PENDING, name.utf8()));
        live.remove(pending.batch());
    }
}
