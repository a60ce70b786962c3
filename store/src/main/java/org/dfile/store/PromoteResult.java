package org.dfile.store;

import java.util.Optional;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;

/** What became of a pending batch that was to be made the committed state. */
public sealed interface PromoteResult {

    /** It is the committed state, by this call or by an earlier one; then with the ballot of that. */
    record Promoted(FileState state, Committed committed) implements PromoteResult {}

    /** The batch that makes that state is not pending here, nor is it the committed state (I3). Nothing was changed. */
    record Behind(Committed committed, Optional<Pending> pending) implements PromoteResult {}
}
