package org.dfile.actors;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Batch;
import org.dfile.model.Outcome;
import org.dfile.model.StagedBytes;
import org.dfile.replication.batch.Plan;

/** A batch on its way to the disk: the changes in it, and what is to be told of them once it is there. */
record Commit(Plan plan, Batch batch, List<Part> parts) {

    /** One change of the batch. */
    record Part(WaitingChange change, Outcome outcome) {

        boolean isDone() {
            return outcome instanceof Outcome.Done;
        }
    }

    /** Returns the staged bytes that the batch names. */
    List<StagedBytes> named() {
        List<StagedBytes> named = new ArrayList<>();
        parts.stream()
                .filter(Part::isDone)
                .forEach(part -> named.addAll(part.change().staged()));
        return named;
    }
}
