package org.dfile.store;

import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;

/**
 * A batch that was accepted and not yet known to be chosen.
 *
 * @param ballot under which it was accepted last
 * @param before the committed state that it is built on
 * @param batch its staged bytes are named by size and checksum; {@link ReplicaStore#readPending} has them
 */
public record PendingBatch(Ballot ballot, StateId before, Batch batch) {

    /** Returns what it is without its content. */
    public Pending pending() {
        return new Pending(ballot, before, id());
    }

    /** Returns the state that it makes. */
    public StateId id() {
        return new StateId(batch.version(), batch.hash());
    }
}
