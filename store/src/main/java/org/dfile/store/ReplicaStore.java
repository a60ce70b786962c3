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
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;

/**
 * What a volume does as one of the replicas of its files. Every rule that is about a single replica's disk is enforced
 * here, at the moment when the change is put in order; everything else is up to the caller, above all who votes: on a slot
 * that is not complete, and for a file whose record is damaged, everything that brings it back works.
 *
 * <p>Threads and failures are as in {@link FileStore}. A stage completes when what it says is on disk, but for {@link
 * #promote}. A second change of a file while one is under way fails with {@link ConflictException}. A file marked {@link
 * FileMark#DIVERGED} is not changed and not handed out any more: {@link DivergedException} (I18).
 */
public interface ReplicaStore {

    // -- slots

    /** Returns what is known of a slot. Asks memory only and waits for nobody. */
    SlotState slot(Slot slot) throws StoreException;

    /**
     * Promises a ballot for many slots at once (I2). Where a higher one was promised nothing changes.
     *
     * @return the slots as they are then: promised to this ballot, or to the higher one
     */
    CompletionStage<List<SlotState>> promise(Collection<Slot> slots, Ballot ballot);

    /**
     * Says that all records of a slot are here: promise, floor and that are made durable in one step (I10). Promise and
     * floor stay where they are higher.
     */
    CompletionStage<SlotState> complete(Slot slot, Ballot promise, long floor);

    /**
     * Says that a record of a slot is lost: the slot is not complete, from the call on in memory, from the completion on
     * disk. Whoever gives the record back says {@link #complete} when he has everything (I10).
     */
    CompletionStage<SlotState> lose(Slot slot);

    // -- batches

    /**
     * Returns what this replica has of a file, for a take-over (I6). Every change of the file and every promise that was
     * put in order before is in it and on disk, but for a promotion, whose batch is on disk then; it costs no write unless some
     * are still on their way. Fails with {@link
     * ConflictException} while a change of the file is under way: its outcome belongs into the answer; and with {@link
     * AmnesiacException} if something of the file beside its bytes is damaged (I9).
     */
    CompletionStage<Standing> standing(FileName name);

    /** Returns the batch that was accepted for a name and is neither committed nor dropped. */
    Optional<PendingBatch> pending(FileName name) throws StoreException;

    /**
     * Says whether there is room now for a batch to be accepted, so that "full" can be told before anybody has it. Nothing
     * is reserved. Does not block for long.
     */
    void checkRoom(Batch batch) throws StoreException;

    /**
     * Accepts a batch: its bytes, itself and the promise of its ballot are on disk when the stage completes (I2, I4, I11).
     * Another pending batch of the name is replaced. On a slot that is not complete, batches that others hold are taken
     * over under the ballot that they have there, also if that is below the promise (I10); the promise is raised to the
     * highest of them. If the batch is not accepted, its staged bytes are as live as before.
     *
     * @param before the committed state that the batch is built on; see {@link Pending#follows} for when it may be none
     *     over a tombstone (I15)
     * @param promoteFirst whether the batch that is pending now, if it makes {@code before}, becomes the committed state of
     *     this ballot in the same step: the coordinator says by the new one that it was chosen (I3)
     */
    CompletionStage<AcceptResult> accept(
            FileName name, Ballot ballot, StateId before, Batch batch, boolean promoteFirst);

    /** Accepts the pending batch with this hash once more, under a ballot at least as high. */
    CompletionStage<AcceptResult> acceptAgain(FileName name, Ballot ballot, ChainHash hash);

    /**
     * Reads bytes of a write of the pending batch, checked.
     *
     * @param operation index of the write in the batch
     * @throws ConflictException if no batch with this hash is pending any more
     */
    Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount) throws StoreException;

    /**
     * Makes the pending batch the committed state, if it makes {@code id} (I3).
     *
     * <p>It costs no sync of its own (I2): the stage completes when everybody reads the new state. It is on disk before
     * anything is that is put in order later, and at the latest a moment after, if nothing is. A crash until then loses it,
     * and what was put in order after it; then the batch is pending again.
     *
     * @param ballot in which it is known to be chosen
     */
    CompletionStage<PromoteResult> promote(FileName name, Ballot ballot, StateId id);

    /** Drops the pending batch if it has this hash. Returns whether it was there. */
    CompletionStage<Boolean> drop(FileName name, ChainHash hash);

    // -- whole states

    /** Holds the committed state of a name, to be read by ranges; empty for a name without a record. Close it. */
    Optional<PinnedState> pin(FileName name) throws StoreException;

    /**
     * Begins to take a state from another replica. Close it.
     *
     * @param known the ballot in which it is known to be chosen
     */
    IncomingState receive(FileName name, FileState state, Ballot known);

    /**
     * Takes away what is here of a file that cannot be read: its record or its pending batch is damaged, and no other replica
     * of the slot has one (I10). Afterwards there is no such file here. What was found there is listed as damaged, with a
     * copy, before that. Does nothing while the slot is complete, or if nothing of this is damaged. Fails with {@link
     * AmnesiacException} if not even what stands beside the records for this purpose can be read.
     *
     * @return whether it was taken away
     */
    CompletionStage<Boolean> forget(FileName name);

    /**
     * Forgets a tombstone, after all replicas have it, and raises the slot's floor to its generation (I15). Does nothing
     * unless the committed state is the tombstone of this version and no batch is pending.
     *
     * @return whether it was forgotten
     */
    CompletionStage<Boolean> purge(FileName name, FileVersion tombstone);

    // -- comparing

    /** Returns the digest of the committed states of a slot. */
    SlotDigest digest(Slot slot) throws StoreException;

    /**
     * Returns records of a slot: names that have one or only a pending batch, in the order of their UTF-8 bytes. Everything
     * that was put in order before is in it, unless it is still on its way, and all that is in it is on disk. Costs what
     * the page costs, however large the volume is.
     *
     * <p>Fails with {@link AmnesiacException}, which names the file, if the record or the pending batch of one of them is
     * damaged: a page without it would say that there is none (I9). Once that file has its state back the page can be had.
     *
     * @param after name after which the page begins; empty for the first one
     * @param limit most entries
     */
    CompletionStage<SlotPage> page(Slot slot, String after, int limit);

    /**
     * Returns names whose committed state was changed after the change of a number, each with its last change; a purged
     * name is not among them. Numbers rise in the order in which changes became durable, over the life of the volume.
     *
     * @param after 0 for all
     */
    ChangedNames changedSince(long after, int limit) throws StoreException;

    // -- marks

    /** Marks a name, durably; it need not have a record. One marked {@link FileMark#DIVERGED} stops at once (I18). */
    CompletionStage<Set<FileMark>> mark(FileName name, FileMark mark);

    /** Returns the marks of a name. */
    Set<FileMark> marks(FileName name) throws StoreException;
}
