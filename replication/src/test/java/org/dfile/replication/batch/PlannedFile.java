package org.dfile.replication.batch;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.Stamp;

/** A file whose batches are planned and applied at once: the core with memory in place of a store. */
final class PlannedFile {

    static final FileName NAME = FileName.of("a/file");

    private final BatchPlanner planner;
    private final List<Batch> batches = new ArrayList<>();
    private FileImage image = FileImage.NONE;
    private long now;

    PlannedFile(BatchLimits limits) {
        this.planner = new BatchPlanner(NAME, limits, 1);
    }

    static SessionId session(int number) {
        return new SessionId(new UUID(0, number));
    }

    static Proposal proposal(int session, long number, Change change) {
        return proposal(session, number, 1, FileVersion.NONE, change);
    }

    static Proposal proposal(int session, long number, long first, FileVersion known, Change change) {
        return new Proposal(new Stamp(session(session), number, first, known), change, List.of());
    }

    Optional<FileState> state() {
        return image.state();
    }

    /** All batches that were applied, in order. */
    List<Batch> batches() {
        return batches;
    }

    StagedBytes stage(Bytes bytes) {
        return new StagedPiece(bytes);
    }

    String content() {
        return new String(image.content(), StandardCharsets.ISO_8859_1);
    }

    Optional<Verdict> recall(Stamp stamp) {
        return planner.recall(state(), stamp);
    }

    /** Plans one batch and applies it, if there is one. */
    List<Verdict> step(Proposal... proposals) {
        return step(Arrays.asList(proposals));
    }

    List<Verdict> step(List<Proposal> proposals) {
        Plan plan = planner.plan(state(), proposals, Instant.ofEpochMilli(now++), 0);
        plan.batch().ifPresent(batch -> {
            image = image.apply(batch);
            batches.add(batch);
        });
        return plan.verdicts();
    }

    /** Plans and applies until every one has an outcome. */
    List<Outcome> outcomes(Proposal... proposals) {
        List<Proposal> open = new ArrayList<>(List.of(proposals));
        List<Outcome> outcomes = new ArrayList<>();
        while (!open.isEmpty()) {
            List<Verdict> verdicts = step(open);
            int decided = 0;
            while (decided < verdicts.size() && verdicts.get(decided) instanceof Verdict.Executes executes) {
                outcomes.add(executes.outcome());
                decided++;
            }
            if (decided == 0) {
                throw new AssertionError("nothing executed: " + verdicts);
            }
            open.subList(0, decided).clear();
        }
        return outcomes;
    }

    Outcome outcome(Proposal proposal) {
        return outcomes(proposal).get(0);
    }

    Receipt receipt(Proposal proposal) {
        return ((Outcome.Done) outcome(proposal)).receipt();
    }
}
