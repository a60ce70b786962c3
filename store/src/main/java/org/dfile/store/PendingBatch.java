package org.dfile.store;

import org.dfile.model.Ballot;
import org.dfile.model.Batch;

/**
 * A batch that was accepted and not yet known to be chosen.
 *
 * @param ballot under which it was accepted last
 * @param batch its staged bytes are named by size and checksum; {@link ReplicaStore#readPending} has them
 */
public record PendingBatch(Ballot ballot, Batch batch) {}
