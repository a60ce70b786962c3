package org.dfile.actors;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.actors.memory.MemoryLimit;
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
import org.dfile.store.VolumeFullException;

/**
 * The changes of one file that wait, and those in the batch under way. A request for a change that is here already is
 * not a second change: both are answered when it is decided (I8). Used by the file's actor alone.
 */
final class FileChanges {

    private static final Comparator<WaitingChange> LAST_TURN_FIRST = Comparator.<WaitingChange>comparingLong(
                    change -> change.key().number())
            .reversed();

    private final FileName name;
    private final FileEnvironment environment;
    private final BatchPlanner planner;
    private final StageTable stages;
    private final StagedPieces pieces;
    private final Map<WaitingChange.Key, WaitingChange> waiting = new LinkedHashMap<>();

    FileChanges(FileName name, FileEnvironment environment, StageTable stages, StagedPieces pieces) {
        this.name = name;
        this.environment = environment;
        this.planner = new BatchPlanner(
                name,
                environment.settings().batch(),
                environment.replicas(name.slot()).majority());
        this.stages = stages;
        this.pieces = pieces;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean someWaitForOthers() {
        return waiting.values().stream().anyMatch(change -> change.waitsForNumber() > 0);
    }

    /** Lets a request wait to be judged. Returns the change if its bytes have to be written ahead first. */
    Optional<WaitingChange> take(Accepted accepted, FileRequest.Apply apply) {
        WaitingChange same = waiting.get(WaitingChange.Key.of(apply.stamp()));
        int limit = environment.settings().maxWaitingPerFile();
        if (same != null) {
            if (!same.addEcho(accepted)) {
                accepted.refuse(new Failure.Busy("attempts of one change of " + name, WaitingChange.MAX_ECHOES));
            }
        } else if (waiting.size() >= limit) {
            accepted.refuse(new Failure.Busy("changes of " + name, limit));
        } else {
            return accept(accepted, apply);
        }
        return Optional.empty();
    }

    private Optional<WaitingChange> accept(Accepted accepted, FileRequest.Apply apply) {
        if (apply.change() instanceof Change.Publish publish) {
            add(stages.claim(publish.stage(), publish.length())
                    .map(staged -> WaitingChange.ready(accepted, apply, staged))
                    .orElseGet(() -> WaitingChange.withoutBytes(accepted, apply)));
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

    /** The bytes of a change were written ahead. It may have been given up meanwhile. */
    void staged(WaitingChange change, StagedBytes piece) {
        if (change.equals(waiting.get(change.key()))) {
            change.becomeReady(piece);
        } else {
            giveBack(List.of(piece));
        }
    }

    /** The bytes of a change could not be written ahead: it is not executed, unless it was given up: then others decide. */
    void notStaged(WaitingChange change, Throwable error) {
        if (waiting.remove(change.key(), change)) {
            change.refuse(StoreFailures.ofBytes(
                    error,
                    environment.self(),
                    name,
                    WaitingChange.offsetOf(change.change()),
                    change.change().bytes().byteCount()));
        }
    }

    /**
     * Decides what can be decided: answers what needs no batch, and returns the next batch if there is one.
     *
     * @param patient whether changes may wait for earlier ones of their session; else they are refused
     */
    Optional<Commit> next(Optional<FileState> state, long floor, long nowNanos, boolean patient) {
        refuseWithoutBytes(state);
        List<WaitingChange> changes =
                waiting.values().stream().filter(WaitingChange::isReady).toList();
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        List<Proposal> proposals = changes.stream().map(WaitingChange::proposal).toList();
        Plan plan = planner.plan(state, proposals, environment.clock().instant().truncatedTo(ChronoUnit.MILLIS), floor);
        List<Commit.Part> parts = new ArrayList<>();
        List<WaitingChange> outOfOrder = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            WaitingChange change = changes.get(i);
            Verdict verdict = plan.verdicts().get(i);
            if (verdict instanceof Verdict.Executes executes) {
                change.waitFor(0, nowNanos);
                parts.add(new Commit.Part(change, executes.outcome()));
            } else if (verdict instanceof Verdict.WaitsFor waits) {
                change.waitFor(waits.expected(), nowNanos);
                outOfOrder.add(change);
            } else {
                follow(change, verdict, nowNanos);
            }
        }
        outOfOrder.sort(LAST_TURN_FIRST);
        outOfOrder.forEach(change -> bearWith(change, nowNanos, patient));
        return plan.batch().map(batch -> new Commit(plan, batch, parts));
    }

    /**
     * What is to be published is not here. The change may have been executed before, by another host too, and then has
     * its outcome; only now that is known.
     */
    private void refuseWithoutBytes(Optional<FileState> state) {
        for (WaitingChange change : List.copyOf(waiting.values())) {
            if (change.lacksBytes() && change.change() instanceof Change.Publish publish) {
                Optional<Verdict> known =
                        planner.recall(state, change.proposal().stamp());
                waiting.remove(change.key());
                if (known.isPresent() && known.get() instanceof Verdict.Remembered remembered) {
                    change.answer(remembered.outcome());
                } else if (known.isPresent() && known.get() instanceof Verdict.Refused refused) {
                    change.refuse(refused.failure());
                } else {
                    change.refuse(new Failure.StageLost(name, publish.stage()));
                }
            }
        }
    }

    /** A change whose turn has not come waits, if it may. All room may be taken by such changes else, and those before find none. */
    private void bearWith(WaitingChange change, long nowNanos, boolean patient) {
        long waited = nowNanos - change.waitsSinceNanos();
        MemoryLimit.Account memory = change.memory();
        if (!patient) {
            refuse(change, new Failure.ShuttingDown(environment.self()));
        } else if (memory.isCrowded()) {
            refuse(change, new Failure.Busy("bytes in flight on host " + environment.self(), memory.limit()));
        } else if (waited >= environment.settings().gapTimeout().toNanos()) {
            refuse(change, new Failure.OutOfOrder(name, change.key().number(), change.waitsForNumber()));
        }
    }

    private void follow(WaitingChange change, Verdict verdict, long nowNanos) {
        if (verdict instanceof Verdict.NextBatch) {
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

    /** The batch is chosen: now everybody may hear of it (I5). */
    void chosen(Commit commit) {
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

    /** There is no room for a batch that was not proposed yet: refuses the changes that are the reason. */
    void refusedForRoom(Commit commit, VolumeFullException full) {
        List<WaitingChange> changes =
                commit.parts().stream().map(Commit.Part::change).toList();
        List<WaitingChange> heavy =
                changes.stream().filter(WaitingChange::carriesBytes).toList();
        Failure failure = StoreFailures.of(full, environment.self(), name);
        (heavy.isEmpty() ? changes : heavy).forEach(change -> refuse(change, failure));
    }

    /** Another coordinator decides what was proposed. Gives back the requests for it. The bytes belong to the batch. */
    List<Accepted> abandon(Commit commit) {
        List<Accepted> requests = new ArrayList<>();
        for (Commit.Part part : commit.parts()) {
            waiting.remove(part.change().key());
            requests.add(part.change().first().asProposed());
            if (part.change().change() instanceof Change.Publish publish) {
                stages.remove(publish.stage());
            } else if (!part.isDone()) {
                giveBack(part.change().staged());
            }
        }
        return requests;
    }

    /** Gives back the requests for changes that are not in the batch under way. */
    List<Accepted> takeWaiting() {
        List<Accepted> requests = new ArrayList<>();
        for (WaitingChange change : List.copyOf(waiting.values())) {
            waiting.remove(change.key());
            requests.add(change.first());
            if (change.change() instanceof Change.Publish publish) {
                stages.unclaim(publish.stage(), System.nanoTime());
            } else {
                giveBack(change.staged());
            }
        }
        return requests;
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
            environment.io().execute(() -> pieces.release(released));
        }
    }
}
