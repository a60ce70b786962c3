package org.dfile.store;

import org.dfile.model.ChainHash;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;

/** What became of a pending batch that was to be made the committed state. */
public sealed interface PromoteResult {

    /** It is the committed state, by this call or by an earlier one. */
    record Promoted(FileState state) implements PromoteResult {}

    /** No batch of that version and hash is pending, nor is it the committed state (I3). Nothing was changed. */
    record Behind(FileVersion committed, ChainHash hash) implements PromoteResult {}
}
