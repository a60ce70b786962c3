package org.dfile.store;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;

/** What became of a batch that was to be accepted. In all cases but {@link Accepted} nothing was changed. */
public sealed interface AcceptResult {

    /**
     * It is on disk, bytes and all, and so is the promise of its ballot.
     *
     * @param committed the state that it is built on, promoted in the same step if that was asked for
     */
    record Accepted(Committed committed, Pending pending) implements AcceptResult {}

    /** The slot was promised to a higher ballot (I2). */
    record Outvoted(Ballot promised) implements AcceptResult {}

    /** This replica does not hold the state that the batch is built on (I4); it needs state first, or has a later one. */
    record Behind(Committed committed, Optional<Pending> pending) implements AcceptResult {}

    /** The name has no record, and the generation is not above the slot's floor (I15). */
    record BelowFloor(long floor) implements AcceptResult {}

    /** To be accepted again without its bytes, but another batch is pending, or none. */
    record NotPending(Optional<PendingBatch> pending) implements AcceptResult {}
}
