package org.dfile.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;

/**
 * What a volume does as one of the replicas of its files. Every rule that is about a single replica's disk is enforced
 * here, at the moment when the change is put in order; everything else is up to the caller.
 *
 * <p>Threads and failures are as in {@link FileStore}. A stage completes when what it says is on disk. A second change of
 * a file while one is under way fails with {@link ConflictException}.
 */
public interface ReplicaStore {

    /**
     * Returns what was promised for a slot, and its floor, as they will be on disk soon: enough to refuse by. Whoever is
     * to rely on a promise takes it from {@link #promise} or {@link #standing} (I2).
     */
    SlotState slot(Slot slot) throws StoreException;

    /**
     * Promises a ballot for many slots at once (I2). Where a higher one was promised nothing changes.
     *
     * @return the slots as they are then: promised to this ballot, or to the higher one
     */
    CompletionStage<List<SlotState>> promise(Collection<Slot> slots, Ballot ballot);

    /** Raises the floor of a slot to a generation, if it is below (I10, I15). */
    CompletionStage<SlotState> raiseFloor(Slot slot, long generation);

    /**
     * Returns what this replica has of a file, for a take-over (I6). Every change of the file and every promise that was
     * put in order before is in it and on disk; it costs no write unless some are still on their way. Fails with {@link
     * ConflictException} while a change of the file is under way: its outcome belongs into the answer.
     */
    CompletionStage<Standing> standing(FileName name);

    /** Returns the batch that was accepted for a name and is neither committed nor dropped. */
    Optional<PendingBatch> pending(FileName name) throws StoreException;

    /**
     * Accepts a batch: its bytes, itself and the promise of its ballot are on disk when the stage completes (I2, I4, I11).
     * A pending batch of the name is replaced.
     *
     * @param before the committed state that the batch is built on
     * @param hash the chain hash of that state, {@link ChainHash#NONE} for {@link FileVersion#NONE}
     */
    CompletionStage<AcceptResult> accept(FileName name, Ballot ballot, FileVersion before, ChainHash hash, Batch batch);

    /** Accepts the pending batch with this hash once more, under a ballot at least as high. */
    CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash);

    /**
     * Reads bytes of a write of the pending batch, checked.
     *
     * @param operation index of the write in the batch
     * @throws ConflictException if no batch with this hash is pending any more
     */
    Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount) throws StoreException;

    /** Makes the pending batch the committed state, if it has this version and hash (I3). */
    CompletionStage<PromoteResult> promote(FileName name, FileVersion version, ChainHash hash);

    /** Drops the pending batch if it has this hash. Returns whether it was there. */
    CompletionStage<Boolean> drop(FileName name, ChainHash hash);

    /** Holds the committed state of a name, to be read by ranges; empty for a name without a record. Close it. */
    Optional<PinnedState> pin(FileName name) throws StoreException;

    /** Begins to take a state from another replica. Close it. */
    IncomingState receive(FileName name, FileState state);

    /**
     * Forgets a tombstone, after all replicas have it, and raises the slot's floor to its generation (I15). Does nothing
     * unless the committed state is the tombstone of this version and no batch is pending.
     *
     * @return whether it was forgotten
     */
    CompletionStage<Boolean> purge(FileName name, FileVersion tombstone);

    /** Returns the digest of the committed states of a slot. */
    SlotDigest digest(Slot slot) throws StoreException;

    /**
     * Returns names whose committed state was changed after the change of a number, each with its last change; a purged
     * name is not among them. Numbers rise in the order in which changes became durable, over the life of the volume.
     *
     * @param after 0 for all
     */
    ChangedNames changedSince(long after, int limit) throws StoreException;
}
