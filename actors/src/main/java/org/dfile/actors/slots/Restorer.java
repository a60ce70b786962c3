package org.dfile.actors.slots;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.dfile.actors.transfer.Fetched;
import org.dfile.actors.transfer.Wanted;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.replication.Rejoin;
import org.dfile.store.AcceptResult;
import org.dfile.store.AmnesiacException;
import org.dfile.store.DivergedException;
import org.dfile.store.FileMark;
import org.dfile.store.IncomingState;
import org.dfile.store.InstallResult;
import org.dfile.store.PendingBatch;
import org.dfile.store.StoreException;

/**
 * Brings single files of a slot to what the others know of them, a bounded number at a time. What is here already, because
 * only another file of the slot was lost or because an earlier rejoin has brought it, is left as it is. Of the actor's
 * thread.
 */
final class Restorer {

    /** What is here of a file now. */
    private record Own(boolean damaged, Committed committed, Optional<Pending> pending) {}

    private record Task(Rejoin.Effect.Restore restore, boolean lossAccepted, Consumer<Boolean> done) {}

    private final SlotsNode node;
    private final SlotDisk disk;
    private final Fetches fetches;
    private final int maxUnderWay;
    private final Consumer<String> trouble;

    /** No more than a page of names for each slot that rejoins. */
    private final Deque<Task> waiting = new ArrayDeque<>();

    private int underWay;
    private long files;
    private long bytes;

    Restorer(SlotsNode node, SlotDisk disk, Fetches fetches, int maxUnderWay, Consumer<String> trouble) {
        this.node = node;
        this.disk = disk;
        this.fetches = fetches;
        this.maxUnderWay = maxUnderWay;
        this.trouble = trouble;
    }

    /** Returns how many files were brought from elsewhere. */
    long files() {
        return files;
    }

    /** Returns the length of them all. */
    long bytes() {
        return bytes;
    }

    /**
     * Restores a file.
     *
     * @param lossAccepted whether the file is to be marked as one that may have lost something
     * @param done told whether all is on disk; if not, nothing worse than before is
     */
    void restore(Rejoin.Effect.Restore restore, boolean lossAccepted, Consumer<Boolean> done) {
        waiting.add(new Task(restore, lossAccepted, done));
        next();
    }

    private void next() {
        while (underWay < maxUnderWay && !waiting.isEmpty()) {
            Task task = waiting.remove();
            underWay++;
            look(task);
        }
    }

    private void end(Task task, boolean restored) {
        underWay--;
        task.done.accept(restored);
        next();
    }

    private void fail(Task task, String why) {
        trouble.accept("restoring " + task.restore.name() + ": " + why);
        end(task, false);
    }

    private void look(Task task) {
        disk.run(
                () -> node.store().standing(task.restore.name()),
                standing -> state(
                        task,
                        new Own(false, standing.committed(), standing.pending().map(PendingBatch::pending))),
                error -> {
                    if (error instanceof AmnesiacException) {
                        state(task, new Own(true, Committed.NONE, Optional.empty()));
                    } else if (error instanceof DivergedException) {
                        end(task, true); // it stays as it is, and is not handed out (I18)
                    } else {
                        fail(task, error.toString());
                    }
                });
    }

    // -- the state

    private void state(Task task, Own own) {
        StateId base = task.restore.base().id();
        if (!own.damaged && !base.isAbove(own.committed.id())) {
            batch(task, own);
        } else if (base.equals(StateId.NONE)) {
            forget(task);
        } else {
            fetches.fetch(
                    Wanted.state(task.restore.holder(), task.restore.name(), base),
                    fetched -> arrived(task, own, fetched));
        }
    }

    /** Nobody has a committed state: what is damaged here is nothing that could be chosen, but for the others' batch (I10). */
    private void forget(Task task) {
        disk.run(
                () -> node.store().forget(task.restore.name()),
                forgotten -> batch(task, new Own(false, Committed.NONE, Optional.empty())),
                error -> fail(task, "its damaged record cannot be taken away: " + error));
    }

    private void arrived(Task task, Own own, Fetched fetched) {
        if (fetched instanceof Fetched.State state) {
            boolean drop = own.pending
                    .filter(pending -> !pending.follows(state.committed()))
                    .isPresent();
            disk.run(
                    () -> install(state.incoming(), drop),
                    result -> installed(task, own, state, result),
                    error -> fail(task, error.toString()));
        } else if (fetched instanceof Fetched.Failed failed) {
            fail(task, failed.why());
        }
    }

    private static CompletionStage<InstallResult> install(IncomingState incoming, boolean dropPending)
            throws StoreException {
        try (incoming) {
            return incoming.install(dropPending);
        }
    }

    private void installed(Task task, Own own, Fetched.State state, InstallResult result) {
        if (result instanceof InstallResult.Installed installed) {
            files++;
            bytes += state.state().length();
            if (own.damaged) {
                recheck(task.restore.name());
            }
            batch(task, new Own(false, installed.committed(), installed.pending()));
        } else if (result instanceof InstallResult.NotAbove same) {
            batch(task, new Own(false, same.committed(), same.pending()));
        } else {
            diverged(task.restore.name());
            end(task, true);
        }
    }

    /** Its damage leaves the list. */
    private void recheck(FileName name) {
        disk.call(
                () -> {
                    node.store().recheck(name);
                    return true;
                },
                looked -> {},
                error -> trouble.accept("looking at " + name + " again: " + error));
    }

    // -- the batch

    /** The batch of the highest ballot is to be here, be it one that was accepted here before. */
    private void batch(Task task, Own own) {
        Optional<Pending> found = task.restore.found();
        Optional<HostId> finder = task.restore.finder();
        boolean needed = found.isPresent()
                && found.get().follows(own.committed)
                && own.pending
                        .filter(pending ->
                                pending.ballot().compareTo(found.get().ballot()) >= 0)
                        .isEmpty();
        if (needed && finder.isPresent()) {
            Wanted wanted =
                    Wanted.batch(finder.get(), task.restore.name(), found.get().id());
            fetches.fetch(wanted, fetched -> arrived(task, own, found.get(), finder.get(), fetched));
        } else {
            mark(task);
        }
    }

    private void arrived(Task task, Own own, Pending found, HostId finder, Fetched fetched) {
        if (fetched instanceof Fetched.Batch batch) {
            disk.run(
                    () -> node.store()
                            .accept(task.restore.name(), batch.ballot(), found.before(), batch.batch(), false),
                    result -> {
                        if (result instanceof AcceptResult.Accepted) {
                            mark(task);
                        } else {
                            release(batch);
                            fail(task, "the batch was not taken: " + result);
                        }
                    },
                    error -> {
                        release(batch);
                        fail(task, error.toString());
                    });
        } else if (fetched instanceof Fetched.Failed) {
            // Of a file that is written all the time a batch is pending for a moment only: then it is committed there.
            fetches.fetch(
                    Wanted.state(finder, task.restore.name(), found.id()), committed -> arrived(task, own, committed));
        }
    }

    private void release(Fetched.Batch batch) {
        for (Operation operation : batch.batch().operations()) {
            if (operation instanceof Operation.WriteStaged write) {
                write.pieces().forEach(node.store()::release);
            }
        }
    }

    // -- the mark

    private void mark(Task task) {
        if (task.lossAccepted) {
            disk.run(
                    () -> node.store().mark(task.restore.name(), FileMark.LOSS_ACCEPTED),
                    marks -> end(task, true),
                    error -> fail(task, error.toString()));
        } else {
            end(task, true);
        }
    }

    /** Two committed states of one version (I18): the file stops. */
    void diverged(FileName name) {
        trouble.accept(name + " has two histories of one version; it is stopped on this host");
        disk.run(
                () -> node.store().mark(name, FileMark.DIVERGED),
                marks -> {},
                error -> trouble.accept("marking " + name + ": " + error));
    }
}
