package org.dfile.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;
import org.dfile.model.replica.StateId;

/** What a volume does as a replica: lets each call through while the volume is open and healthy, and the file goes on. */
abstract class GatedReplica implements ReplicaStore {

    private final VolumeParts parts;

    GatedReplica(VolumeParts parts) {
        this.parts = parts;
    }

    final <T> CompletionStage<T> unlessStopped(FileName name, Gate.Call<CompletionStage<T>> change) {
        return parts.gate.stage(() -> {
            parts.marks.check(name);
            return change.run();
        });
    }

    /** Has what is damaged listed, soon. */
    private <T> T noting(Gate.Call<T> call) throws StoreException {
        try {
            return call.run();
        } catch (AmnesiacException e) {
            parts.scrubber.suspect(e.name());
            throw e;
        }
    }

    @Override
    public SlotState slot(Slot slot) throws StoreException {
        return parts.gate.call(() -> parts.slots.state(slot));
    }

    @Override
    public CompletionStage<List<SlotState>> promise(Collection<Slot> promised, Ballot ballot) {
        return parts.gate.stage(() -> parts.replicas.promise(promised, ballot));
    }

    @Override
    public CompletionStage<SlotState> complete(Slot slot, Ballot promise, long floor) {
        return parts.gate.stage(() -> parts.replicas.complete(slot, promise, floor));
    }

    @Override
    public CompletionStage<SlotState> lose(Slot slot) {
        return parts.gate.stage(() -> parts.replicas.lose(slot));
    }

    @Override
    public CompletionStage<Standing> standing(FileName name) {
        return parts.gate.stage(() -> noting(() -> parts.replicas.standing(name)));
    }

    @Override
    public Optional<PendingBatch> pending(FileName name) throws StoreException {
        return parts.gate.call(() -> parts.pendingReader.pending(name));
    }

    @Override
    public void checkRoom(Batch batch) throws StoreException {
        parts.gate.call(() -> {
            parts.pendingBatches.checkRoom(batch);
            return true;
        });
    }

    @Override
    public CompletionStage<AcceptResult> accept(
            FileName name, Ballot ballot, StateId before, Batch batch, boolean promoteFirst) {
        return unlessStopped(name, () -> parts.pendingBatches.accept(name, ballot, before, batch, promoteFirst));
    }

    @Override
    public CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash) {
        return unlessStopped(name, () -> parts.pendingBatches.acceptAgain(name, ballot, hash));
    }

    @Override
    public Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount)
            throws StoreException {
        return parts.gate.call(() -> parts.pendingReader.readPending(name, hash, operation, offset, byteCount));
    }

    @Override
    public CompletionStage<PromoteResult> promote(FileName name, Ballot ballot, StateId id) {
        return unlessStopped(name, () -> parts.pendingBatches.promote(name, ballot, id));
    }

    @Override
    public CompletionStage<Boolean> drop(FileName name, ChainHash hash) {
        return parts.gate.stage(() -> parts.pendingBatches.drop(name, hash));
    }

    @Override
    public Optional<PinnedState> pin(FileName name) throws StoreException {
        return parts.gate.call(() -> {
            parts.marks.check(name);
            return parts.pins.pin(name);
        });
    }

    @Override
    public IncomingState receive(FileName name, FileState state, Ballot known) {
        return new Incoming(name, state, known, parts.stager, parts.replicas, parts.marks, parts.gate);
    }

    @Override
    public CompletionStage<Boolean> forget(FileName name) {
        return unlessStopped(name, () -> {
            parts.scrubber.noteRecord(name);
            return parts.replicas.forget(name);
        });
    }

    @Override
    public CompletionStage<Boolean> purge(FileName name, FileVersion tombstone) {
        return unlessStopped(name, () -> parts.replicas.purge(name, tombstone));
    }

    @Override
    public SlotDigest digest(Slot slot) throws StoreException {
        return parts.gate.call(() -> parts.slots.digest(slot));
    }

    @Override
    public CompletionStage<SlotPage> page(Slot slot, String after, int limit) {
        return parts.gate.stage(() -> noting(() -> parts.pages.page(slot, after, limit)));
    }

    @Override
    public CompletionStage<Set<FileMark>> mark(FileName name, FileMark mark) {
        return parts.gate.stage(() -> parts.marks.mark(name, mark));
    }

    @Override
    public Set<FileMark> marks(FileName name) throws StoreException {
        return parts.gate.call(() -> parts.marks.marks(name));
    }

    @Override
    public ChangedNames changedSince(long after, int limit) throws StoreException {
        return parts.gate.call(() -> parts.replicas.changedSince(after, limit));
    }
}
