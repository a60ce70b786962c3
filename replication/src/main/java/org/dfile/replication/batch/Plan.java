package org.dfile.replication.batch;

import java.util.List;
import java.util.Optional;
import org.dfile.model.Batch;
import org.dfile.model.FileVersion;

/**
 * The next step of a file.
 *
 * @param expected version of the state that the batch is built on
 * @param batch none if no proposal is executed
 * @param verdicts one for each proposal, in the order of the proposals
 */
public record Plan(FileVersion expected, Optional<Batch> batch, List<Verdict> verdicts) {

    public Plan {
        verdicts = List.copyOf(verdicts);
    }
}
