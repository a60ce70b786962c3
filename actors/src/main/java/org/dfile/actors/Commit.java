package org.dfile.actors;

import java.util.List;
import org.dfile.model.Batch;
import org.dfile.model.Outcome;
import org.dfile.replication.batch.Plan;

/** A batch that is proposed: the changes in it, and what is to be told of them once it is chosen. */
record Commit(Plan plan, Batch batch, List<Part> parts) {

    /** One change of the batch. */
    record Part(WaitingChange change, Outcome outcome) {

        boolean isDone() {
            return outcome instanceof Outcome.Done;
        }
    }
}
