package org.dfile.store;

import java.util.Optional;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/**
 * What a replica has of a file and of its slot, all of one moment and all on disk: the answer to whoever takes the file
 * over (I6).
 *
 * @param version of the committed state, {@link FileVersion#NONE} for a name without one
 * @param hash of that state
 * @param pending the batch that was accepted and is neither committed nor dropped
 */
public record Standing(SlotState slot, FileVersion version, ChainHash hash, Optional<PendingBatch> pending) {}
