package org.dfile.replication.batch;

import org.dfile.model.Failure;
import org.dfile.model.Outcome;

/** What becomes of one proposal. */
public sealed interface Verdict {

    /** It is part of the batch. The outcome is told only once the batch is on disk. */
    record Executes(Outcome outcome) implements Verdict {}

    /** It was executed by an earlier batch: this is the outcome that the file remembers. */
    record Remembered(Outcome outcome) implements Verdict {}

    /** It is not executed now, and never will be under this stamp: {@code OutcomeClosed} or {@code SessionLost}. */
    record Refused(Failure failure) implements Verdict {}

    /** Its session's change {@code expected} has to come first. */
    record WaitsFor(long expected) implements Verdict {}

    /** The batch is full, or must end here; the next one takes it up. */
    record NextBatch() implements Verdict {}
}
