package org.dfile.actors;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Limits;
import org.dfile.model.StagedBytes;
import org.dfile.protocol.FileRequest;
import org.dfile.replication.batch.BatchPlanner;
import org.dfile.replication.batch.Plan;
import org.dfile.replication.batch.Proposal;
import org.dfile.replication.batch.Verdict;
import org.dfile.store.BadChecksumException;
import org.dfile.store.VolumeFullException;

/**
 * The changes of one file that wait, and those in the batch under way. A request for a change that is here already is
 * not a second change: both are answered when it is decided (I8). Used by the file's actor alone.
 */
final class FileChanges {

    private final FileName name;
    private final FileEnvironment environment;
    private final BatchPlanner planner;
    private final StageTable stages;
    private final StagedPieces pieces;
    private final Map<WaitingChange.Key, WaitingChange> waiting = new LinkedHashMap<>();

    FileChanges(FileName name, FileEnvironment environment, StageTable stages, StagedPieces pieces) {
        this.name = name;
        this.environment = environment;
        this.planner = new BatchPlanner(name, environment.settings().batch());
        this.stages = stages;
        this.pieces = pieces;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean someWaitForOthers() {
        return waiting.values().stream().anyMatch(change -> change.waitsForNumber() > 0);
    }

    /** Answers a request at once, or lets it wait. Returns the change if its bytes have to be written ahead first. */
    Optional<WaitingChange> take(Optional<FileState> state, Accepted accepted, FileRequest.Apply apply) {
        Optional<Verdict> known = planner.recall(state, apply.stamp());
        WaitingChange same = waiting.get(WaitingChange.Key.of(apply.stamp()));
        int limit = environment.settings().maxWaitingPerFile();
        if (known.isPresent()) {
            answerKnown(accepted, known.get());
        } else if (same != null) {
            if (!same.addAsker(accepted)) {
                accepted.refuse(new Failure.Busy("attempts of one change of " + name, WaitingChange.MAX_ASKERS));
            }
        } else if (waiting.size() >= limit) {
            accepted.refuse(new Failure.Busy("changes of " + name, limit));
        } else {
            return accept(accepted, apply);
        }
        return Optional.empty();
    }

    private static void answerKnown(Accepted accepted, Verdict known) {
        if (known instanceof Verdict.Remembered remembered) {
            accepted.answer(WaitingChange.reply(accepted.request().id(), remembered.outcome()));
        } else if (known instanceof Verdict.Refused refused) {
            accepted.refuse(refused.failure());
        } else {
            throw new IllegalStateException("nothing is executed by recalling it: " + known);
        }
    }

    private Optional<WaitingChange> accept(Accepted accepted, FileRequest.Apply apply) {
        if (apply.change() instanceof Change.Publish publish) {
            stages.claim(publish.stage(), publish.length())
                    .ifPresentOrElse(
                            staged -> add(WaitingChange.ready(accepted, apply, staged)),
                            () -> accepted.refuse(new Failure.StageLost(name, publish.stage())));
            return Optional.empty();
        }
        if (apply.change().bytes().byteCount() > Limits.CHECKSUM_BLOCK_BYTES) {
            return Optional.of(add(WaitingChange.beingStaged(accepted, apply)));
        }
        WaitingChange change = WaitingChange.ready(accepted, apply, List.of());
        if (change.intact()) { // I14: what was changed on its way is refused, never stored
            add(change);
        } else {
            accepted.refuse(change.checksumMismatch(name));
        }
        return Optional.empty();
    }

    private WaitingChange add(WaitingChange change) {
        waiting.put(change.key(), change);
        return change;
    }

    /** The bytes of a change could not be written ahead: it is not executed. */
    void notStaged(WaitingChange change, Throwable error) {
        waiting.remove(change.key());
        change.refuse(StoreFailures.ofBytes(
                error,
                environment.self(),
                name,
                WaitingChange.offsetOf(change.change()),
                change.change().bytes().byteCount()));
    }

    /**
     * Decides what can be decided: answers what needs no batch, and returns the next batch if there is one.
     *
     * @param patient whether changes may wait for earlier ones of their session; else they are refused
     */
    Optional<Commit> next(Optional<FileState> state, long nowNanos, boolean patient) {
        List<WaitingChange> changes =
                waiting.values().stream().filter(WaitingChange::isReady).toList();
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        List<Proposal> proposals = changes.stream().map(WaitingChange::proposal).toList();
        Plan plan = planner.plan(state, proposals, environment.clock().instant().truncatedTo(ChronoUnit.MILLIS));
        List<Commit.Part> parts = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            WaitingChange change = changes.get(i);
            Verdict verdict = plan.verdicts().get(i);
            if (verdict instanceof Verdict.Executes executes) {
                change.waitFor(0, nowNanos);
                parts.add(new Commit.Part(change, executes.outcome()));
            } else {
                follow(change, verdict, nowNanos, patient);
            }
        }
        return plan.batch().map(batch -> handOver(new Commit(plan, batch, parts)));
    }

    private void follow(WaitingChange change, Verdict verdict, long nowNanos, boolean patient) {
        if (verdict instanceof Verdict.WaitsFor waits) {
            change.waitFor(waits.expected(), nowNanos);
            long waited = nowNanos - change.waitsSinceNanos();
            if (!patient) {
                refuse(change, new Failure.ShuttingDown(environment.self()));
            } else if (waited >= environment.settings().gapTimeout().toNanos()) {
                refuse(change, new Failure.OutOfOrder(name, change.key().number(), waits.expected()));
            }
        } else if (verdict instanceof Verdict.NextBatch) {
            change.waitFor(0, nowNanos);
        } else if (verdict instanceof Verdict.Remembered remembered) {
            waiting.remove(change.key());
            change.answer(remembered.outcome());
            dropBytes(change);
        } else if (verdict instanceof Verdict.Refused refused) {
            refuse(change, refused.failure());
        } else {
            throw new AssertionError("a verdict that is not followed: " + verdict);
        }
    }

    private Commit handOver(Commit commit) {
        pieces.handOver(commit.named());
        return commit;
    }

    /** The batch is on disk: now everybody may hear of it (I11). */
    void committed(Commit commit) {
        for (Commit.Part part : commit.parts()) {
            WaitingChange change = part.change();
            waiting.remove(change.key());
            change.answer(part.outcome());
            if (!part.isDone()) {
                dropBytes(change);
            } else if (change.change() instanceof Change.Publish publish) {
                stages.remove(publish.stage());
            }
        }
    }

    /**
     * The batch was refused, and nothing was changed. Refuses the changes that were the reason; the others wait again.
     *
     * @return false if the reason is not one of the changes
     */
    boolean refusedByStore(Commit commit, Throwable error) {
        pieces.takeBack(commit.named());
        List<WaitingChange> changes =
                commit.parts().stream().map(Commit.Part::change).toList();
        if (error instanceof VolumeFullException) {
            List<WaitingChange> heavy =
                    changes.stream().filter(WaitingChange::carriesBytes).toList();
            Failure full = StoreFailures.of(error, environment.self(), name);
            (heavy.isEmpty() ? changes : heavy).forEach(change -> refuse(change, full));
            return true;
        }
        List<WaitingChange> damaged = error instanceof BadChecksumException
                ? changes.stream().filter(change -> !change.intact()).toList()
                : List.of();
        damaged.forEach(change -> refuse(change, change.checksumMismatch(name)));
        return !damaged.isEmpty();
    }

    /** The batch failed in a way that leaves open what is on disk: its changes are told so, the others are refused. */
    void failed(Commit commit, Throwable error, Failure others) {
        Failure failure = StoreFailures.of(error, environment.self(), name);
        for (Commit.Part part : commit.parts()) {
            waiting.remove(part.change().key());
            part.change().refuse(failure);
        }
        refuseAll(StoreFailures.isDamage(error) ? failure : others);
    }

    void refuseAll(Failure failure) {
        List.copyOf(waiting.values()).forEach(change -> refuse(change, failure));
    }

    /** Not executed: the client may send it again, and a stage that it was to publish stays. */
    private void refuse(WaitingChange change, Failure failure) {
        waiting.remove(change.key());
        change.refuse(failure);
        if (change.change() instanceof Change.Publish publish) {
            stages.unclaim(publish.stage(), System.nanoTime());
        } else {
            giveBack(change.staged());
        }
    }

    private void dropBytes(WaitingChange change) {
        giveBack(change.staged());
        if (change.change() instanceof Change.Publish publish) {
            stages.remove(publish.stage());
        }
    }

    private void giveBack(Collection<StagedBytes> staged) {
        if (!staged.isEmpty()) {
            List<StagedBytes> released = List.copyOf(staged);
            environment.io().execute(() -> released.forEach(pieces::release));
        }
    }
}
