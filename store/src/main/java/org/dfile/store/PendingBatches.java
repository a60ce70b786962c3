package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.store.ChangeLine.Lease;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;

/** The life of a pending batch: accepted, then promoted, replaced or dropped. */
final class PendingBatches {

    /** What stands in the record of a pending batch is written again when it is promoted. */
    private static final int TIMES_WRITTEN = 2;

    private final Records records;
    private final Stager stager;
    private final SpaceGuard space;
    private final Preparer preparer;
    private final Slots slots;
    private final ChangeLine line;

    PendingBatches(Records records, Stager stager, SpaceGuard space, Preparer preparer, Slots slots, ChangeLine line) {
        this.records = records;
        this.stager = stager;
        this.space = space;
        this.preparer = preparer;
        this.slots = slots;
        this.line = line;
    }

    private static long needed(Batch batch) {
        return TIMES_WRITTEN * SpaceNeed.of(batch.operations());
    }

    void checkRoom(Batch batch) throws VolumeFullException {
        space.check(needed(batch));
    }

    CompletionStage<AcceptResult> accept(
            FileName name, Ballot ballot, StateId before, Batch batch, boolean promoteFirst) throws StoreException {
        Preparer.checkVersion(before.version(), batch);
        Pending accepted = new PendingBatch(ballot, before, batch).pending();
        return line.changing(name, (view, lease) -> {
            FileRecord record = records.file(view, name);
            PendingBatch pending = records.pending(view, name);
            Committed committed = ChangeLine.committed(record);
            Change<FileState> promotion = null;
            if (!accepted.follows(committed)) {
                if (!promoteFirst || pending == null || !promotes(pending, before, committed)) {
                    return ChangeLine.now(new AcceptResult.Behind(committed, idOf(pending))); // I4
                }
                promotion = preparer.promotion(view, name, record, pending, ballot);
            }
            Acceptance acceptance = new Acceptance(name, record, pending, promotion);
            return acceptance.undoneUnlessSubmitted(lease, () -> acceptance.submit(ballot, before, batch, lease));
        });
    }

    /** Whether a state is what the pending batch makes of the committed one (I3). */
    private static boolean promotes(PendingBatch pending, StateId id, Committed committed) {
        return pending.id().equals(id) && pending.pending().follows(committed);
    }

    private static Optional<Pending> idOf(@Nullable PendingBatch pending) {
        return Optional.ofNullable(pending).map(PendingBatch::pending);
    }

    CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash) throws StoreException {
        return line.changing(name, (view, lease) -> {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                return ChangeLine.now(new AcceptResult.NotPending(Optional.ofNullable(pending)));
            }
            Acceptance acceptance = new Acceptance(name, records.file(view, name), pending, null);
            PendingBatch again = new PendingBatch(ballot, pending.before(), pending.batch());
            return acceptance.undoneUnlessSubmitted(lease, () -> acceptance.decide(again, lease));
        });
    }

    /** A batch on its way to be pending. */
    private final class Acceptance {

        private final FileName name;
        private final Committed committed;
        private final @Nullable PendingBatch replaced;
        private final @Nullable Change<FileState> promotion;
        private final List<Staged> claimed = new ArrayList<>();
        private final List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
        private long spaceBytes;

        /** @param promotion of the pending batch, in the same step */
        Acceptance(
                FileName name,
                @Nullable FileRecord record,
                @Nullable PendingBatch replaced,
                @Nullable Change<FileState> promotion) {
            this.name = name;
            this.replaced = replaced;
            this.promotion = promotion;
            FileChange promoted = promotion == null ? null : promotion.file();
            this.committed = ChangeLine.committed(promoted == null ? record : promoted.after());
        }

        CompletionStage<AcceptResult> submit(Ballot ballot, StateId before, Batch batch, Lease lease)
                throws StoreException {
            long needed = needed(batch);
            if (needed > 0) {
                space.take(needed);
                spaceBytes = needed;
            }
            Batch stored = stored(batch); // claims in any case: the staged bytes are used up
            if (replaced != null && replaced.batch().hash().equals(batch.hash())) { // sent again
                return decide(new PendingBatch(ballot, before, replaced.batch()), lease);
            }
            return decide(new PendingBatch(ballot, before, stored), lease);
        }

        private CompletionStage<AcceptResult> decide(PendingBatch pending, Lease lease) throws StoreException {
            boolean nameless = committed.id().equals(StateId.NONE);
            List<Slots.Step> steps = new ArrayList<>();
            synchronized (slots) {
                SlotState slot = slots.settled(name.slot());
                if (nameless && pending.batch().version().generation() <= slot.floor()) {
                    return ChangeLine.now(new AcceptResult.BelowFloor(slot.floor())); // I15
                }
                boolean heeded = slots.promise(name.slot(), pending.ballot(), steps);
                if (!heeded && slot.complete()) { // I2; what is taken over to get the vote back is no vote (I10)
                    return ChangeLine.now(
                            new AcceptResult.Outvoted(slot.ordered().orElseThrow()));
                }
                AcceptResult accepted = new AcceptResult.Accepted(committed, pending.pending());
                return line.submit(change(pending, steps), accepted, lease);
            }
        }

        private Change<Boolean> change(PendingBatch pending, List<Slots.Step> steps) {
            List<Mutation> mutations = new ArrayList<>();
            LiveBytes live = promotion == null ? new LiveBytes() : promotion.live();
            if (promotion != null) {
                mutations.addAll(promotion.mutations());
                syncPoints.addAll(promotion.syncPoints());
            }
            if (replaced != null) {
                live.remove(replaced.batch());
            }
            live.add(pending.batch());
            mutations.add(new Mutation.Put(Family.PENDING, Keys.inSlot(name), PendingCodec.encode(pending)));
            return new Change<>(
                    mutations,
                    steps,
                    syncPoints,
                    live,
                    promotion == null ? null : promotion.file(),
                    claimed,
                    promotion == null ? List.of() : promotion.folded(),
                    spaceBytes,
                    false,
                    promotion == null ? () -> {} : promotion.onEnd(),
                    true,
                    new CompletableFuture<>());
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

        CompletionStage<AcceptResult> undoneUnlessSubmitted(Lease lease, Gate.Call<CompletionStage<AcceptResult>> work)
                throws StoreException {
            try {
                return work.run();
            } finally {
                if (!lease.submitted()) {
                    undo();
                }
            }
        }

        private void undo() throws PoisonedException {
            for (Staged staged : claimed) {
                stager.unclaim(staged);
            }
            space.settle(spaceBytes);
            if (promotion != null) {
                preparer.undo(promotion);
            }
        }
    }

    CompletionStage<PromoteResult> promote(FileName name, Ballot ballot, StateId id) throws StoreException {
        return line.changing(name, (view, lease) -> {
            FileRecord record = records.file(view, name);
            Committed committed = ChangeLine.committed(record);
            if (record != null && committed.id().equals(id)) {
                return ChangeLine.now(new PromoteResult.Promoted(records.state(view, name, record), committed));
            }
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !promotes(pending, id, committed)) {
                return ChangeLine.now(new PromoteResult.Behind(committed, idOf(pending)));
            }
            Change<FileState> change = preparer.promotion(view, name, record, pending, ballot);
            removePending(name, pending, change.mutations(), change.live());
            Committed promoted = new Committed(id, !change.result().exists(), Optional.of(ballot));
            return line.submit(change.lazily(), new PromoteResult.Promoted(change.result(), promoted), lease); // I2
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
            return line.submit(ChangeLine.change(mutations, List.of(), live, null), true, lease);
        });
    }

    static void removePending(FileName name, PendingBatch pending, List<Mutation> mutations, LiveBytes live) {
        mutations.add(new Mutation.Delete(Family.PENDING, Keys.inSlot(name)));
        live.remove(pending.batch());
    }
}
