package org.dfile.actors.transfer;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;
import org.dfile.store.IncomingState;

/** How a fetch ended. What comes along belongs to who is told: to be installed or closed, accepted or released. */
public sealed interface Fetched {

    /**
     * All of a state is here, not installed yet.
     *
     * @param committed as the source held it: the state that was asked for, or a later one
     */
    record State(Committed committed, FileState state, IncomingState incoming) implements Fetched {}

    /**
     * All of a batch is here.
     *
     * @param ballot under which the source accepted it
     * @param batch its staged bytes are in the own store; those that were known are the ones that were given
     */
    record Batch(StateId id, Ballot ballot, org.dfile.model.Batch batch) implements Fetched {}

    /**
     * It did not come; nothing is left of it.
     *
     * @param error of the own store, if that was why
     */
    record Failed(String why, Optional<Throwable> error) implements Fetched {}
}
