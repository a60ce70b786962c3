package org.dfile.replication;

import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;

/** How a {@link FileWrite} ended. A write that failed otherwise ends the process (I12). */
public sealed interface WriteResult {

    /** It is on disk. */
    record Written(Committed committed, Optional<Pending> pending) implements WriteResult {}

    /** A higher ballot was promised before it came to its turn (I2). Nothing was changed. */
    record Outvoted(Ballot promised) implements WriteResult {}

    /** The generation is not above the floor (I15). Nothing was changed. */
    record TooLow(long floor) implements WriteResult {}

    /** There was no room, or its bytes were not there. Nothing was changed; the sender hears nothing. */
    record NotWritten() implements WriteResult {}
}
