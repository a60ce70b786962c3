package org.dfile.replication.batch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.actors.InMemoryFileStore;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.HostId;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.model.VolumeId;
import org.dfile.store.StoreException;

/** A file whose batches are planned and applied at once: the core with a store in memory and nothing between them. */
final class PlannedFile {

    static final FileName NAME = FileName.of("a/file");

    private final BatchPlanner planner;
    private final InMemoryFileStore store =
            new InMemoryFileStore(new ClusterId(new UUID(1, 1)), new HostId("h1"), new VolumeId(new UUID(2, 2)));
    private long now;

    PlannedFile(BatchLimits limits) {
        this.planner = new BatchPlanner(NAME, limits);
    }

    static SessionId session(int number) {
        return new SessionId(new UUID(0, number));
    }

    static Proposal proposal(int session, long number, Change change) {
        return proposal(session, number, 1, 0, change);
    }

    static Proposal proposal(int session, long number, long first, long knownSeq, Change change) {
        return new Proposal(new Stamp(session(session), number, first, knownSeq), change, List.of());
    }

    Optional<FileState> state() {
        try {
            return store.state(NAME);
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    InMemoryFileStore store() {
        return store;
    }

    String content() {
        return new String(store.content(NAME), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    Optional<Verdict> recall(Stamp stamp) {
        return planner.recall(state(), stamp);
    }

    /** Plans one batch and applies it, if there is one. */
    List<Verdict> step(Proposal... proposals) {
        return step(Arrays.asList(proposals));
    }

    List<Verdict> step(List<Proposal> proposals) {
        Plan plan = planner.plan(state(), proposals, Instant.ofEpochMilli(now++));
        plan.batch()
                .ifPresent(batch -> store.apply(NAME, plan.expected(), batch)
                        .toCompletableFuture()
                        .join());
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
