package org.dfile.replication;

import org.dfile.model.Ballot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;

/** What a replica makes durable of one file. At most one is under way at a time. */
public sealed interface FileWrite {

    /**
     * Stores a batch as the pending one, and the promise of its ballot (I2), its bytes first (I11).
     *
     * @param promoteFirst whether the batch that is pending now becomes the committed state in the same step: it is
     *     {@code before}, so it was chosen (I3)
     */
    record Accept(Ballot ballot, StateId before, StateId id, boolean promoteFirst) implements FileWrite {}

    /** Makes the pending batch the committed state. Lost in a crash, it is found again by I6. */
    record Promote(Ballot ballot, StateId id) implements FileWrite {}

    /**
     * Makes a fetched state the committed one (I19).
     *
     * @param dropPending whether the pending batch goes: it is known not to be chosen after this state
     */
    record Install(Committed state, boolean dropPending) implements FileWrite {}
}
