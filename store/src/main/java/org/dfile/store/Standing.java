package org.dfile.store;

import java.util.Optional;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;

/**
 * What a replica has of a file and of its slot, all of one moment and all on disk: what it is to go on from, and to answer
 * whoever takes the file over (I6).
 *
 * @param slot with every promise that was put in order before
 * @param state the committed state, empty for a name without a record
 * @param committed the same in short, {@link Committed#NONE} for a name without a record
 * @param pending the batch that was accepted and is neither committed nor dropped
 */
public record Standing(
        SlotState slot, Optional<FileState> state, Committed committed, Optional<PendingBatch> pending) {}
