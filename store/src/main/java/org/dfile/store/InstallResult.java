package org.dfile.store;

import java.util.Optional;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;

/** What became of a state that was transferred from another replica. */
public sealed interface InstallResult {

    /**
     * It is the committed state now.
     *
     * @param pending the batch that stayed
     */
    record Installed(FileState state, Committed committed, Optional<Pending> pending) implements InstallResult {}

    /** The own committed state is the same or a later one (I19). Nothing was changed. */
    record NotAbove(Committed committed, Optional<Pending> pending) implements InstallResult {}

    /** Another state of the same version is committed here (I18): the file must stop. Nothing was changed. */
    record Diverged(StateId own) implements InstallResult {}
}
