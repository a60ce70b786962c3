package org.dfile.replication.batch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.Batch;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Outcome;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;

/**
 * Builds the next batch of a file out of what waits: which changes take effect, in which order, with which result.
 *
 * <p>Each change is judged on the state that those before it in the batch leave behind. A judged failure is a result
 * like any other: it uses up the session's number and is stored, also for a name that never existed.
 */
public final class BatchPlanner {

    private final FileName name;
    private final BatchLimits limits;
    private final int copies;

    /** @param copies of a change that are on disk when its outcome is told, at least: a majority */
    public BatchPlanner(FileName name, BatchLimits limits, int copies) {
        this.name = name;
        this.limits = limits;
        this.copies = copies;
    }

    /**
     * Returns what the file remembers of a change that it has executed, or that is closed; none if it is still to be
     * judged.
     */
    public Optional<Verdict> recall(Optional<FileState> state, Stamp stamp) {
        return state.flatMap(known -> known.session(stamp.session()))
                .filter(session -> stamp.number() <= session.last())
                .flatMap(session -> new SessionDraft(name, state, List.of(), limits.sessions()).judge(stamp));
    }

    /**
     * Judges the proposals, in their order but for those of a session that came too early.
     *
     * @param state the committed state, empty for a name that has none
     * @param time when this is decided
     * @param floor a new file takes a generation above it (I15)
     */
    public Plan plan(Optional<FileState> state, List<Proposal> proposals, Instant time, long floor) {
        return new Building(state, proposals, floor).build(state, time);
    }

    private static Batch withHash(Batch batch, ChainHash hash) {
        return new Batch(
                batch.version(),
                hash,
                batch.time(),
                batch.operations(),
                batch.sessions(),
                batch.evicted(),
                batch.watermark());
    }

    /** One batch in the making. */
    private final class Building {

        private final List<Proposal> proposals;
        private final List<Verdict> verdicts;
        private final FileDraft file;
        private final SessionDraft sessions;
        private final List<Executed> executed = new ArrayList<>();
        private final Map<SessionId, Map<Long, Integer>> early = new HashMap<>();
        private long byteCount;
        private int inlineBytes;
        private boolean ended;

        Building(Optional<FileState> state, List<Proposal> proposals, long floor) {
            this.proposals = proposals;
            this.verdicts = new ArrayList<>(Collections.nCopies(proposals.size(), new Verdict.NextBatch()));
            this.file = new FileDraft(name, state, floor, copies);
            this.sessions = new SessionDraft(name, state, proposals, limits.sessions());
        }

        Plan build(Optional<FileState> state, Instant time) {
            for (int index = 0; index < proposals.size() && !ended; index++) {
                take(index);
            }
            return new Plan(
                    state.map(FileState::version).orElse(FileVersion.NONE),
                    executed.isEmpty() ? Optional.empty() : Optional.of(batch(state, time)),
                    verdicts);
        }

        /** Judges one proposal, then those of its session that waited for it alone. */
        private void take(int index) {
            Integer next = index;
            while (next != null && !ended) {
                Stamp stamp = proposals.get(next).stamp();
                judge(next);
                next = verdicts.get(next) instanceof Verdict.Executes
                        ? early.getOrDefault(stamp.session(), Map.of()).get(stamp.number() + 1)
                        : null;
            }
        }

        private void judge(int index) {
            Proposal proposal = proposals.get(index);
            Optional<Verdict> notNow = sessions.judge(proposal.stamp());
            if (notNow.isEmpty()) {
                executeOrEnd(index, proposal);
                return;
            }
            Verdict verdict = notNow.get();
            verdicts.set(index, verdict);
            if (verdict instanceof Verdict.WaitsFor) {
                early.computeIfAbsent(proposal.stamp().session(), session -> new HashMap<>())
                        .putIfAbsent(proposal.stamp().number(), index);
            } else if (verdict instanceof Verdict.NextBatch) {
                ended = true;
            }
        }

        private void executeOrEnd(int index, Proposal proposal) {
            boolean full = !executed.isEmpty()
                    && (executed.size() >= limits.changes()
                            || byteCount + proposal.byteCount() > limits.bytes()
                            || inlineBytes + proposal.inlineBytes() > limits.inlineBytes());
            if (full || file.mustWait(proposal.change())) {
                verdicts.set(index, new Verdict.NextBatch()); // it may have waited for its session until now
                ended = true;
                return;
            }
            Outcome outcome = file.execute(proposal);
            sessions.record(proposal.stamp(), outcome);
            executed.add(
                    new Executed(proposal.stamp().session(), proposal.stamp().number(), outcome));
            byteCount += proposal.byteCount();
            inlineBytes += proposal.inlineBytes();
            verdicts.set(index, new Verdict.Executes(outcome));
        }

        private Batch batch(Optional<FileState> state, Instant time) {
            Batch unsigned = new Batch(
                    file.version(),
                    ChainHash.NONE,
                    time,
                    file.operations(),
                    sessions.changed(),
                    sessions.evicted(),
                    sessions.watermark(file.version()));
            ChainHash before = state.map(FileState::hash).orElse(ChainHash.NONE);
            return withHash(unsigned, before.then(StepEncoding.encode(unsigned, executed)));
        }
    }
}
