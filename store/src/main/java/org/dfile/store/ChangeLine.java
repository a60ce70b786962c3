package org.dfile.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.jspecify.annotations.Nullable;

/** Where changes of replicas are put in order: looks at a file while nobody else changes it, and hands changes over. */
final class ChangeLine {

    private final Database database;
    private final Preparer preparer;
    private final Committer committer;
    private final UnderWay underWay;

    ChangeLine(Database database, Preparer preparer, Committer committer, UnderWay underWay) {
        this.database = database;
        this.preparer = preparer;
        this.committer = committer;
        this.underWay = underWay;
    }

    /** Changes a file: looks at it, and returns a stage; if it submits a change, that one ends the file. */
    interface Work<T> {
        /** Looks and decides; {@code lease} is handed to {@link #submit(Change, Object, Lease)} with the change, if there is one. */
        CompletionStage<T> run(Database.View view, Lease lease) throws StoreException;
    }

    /** The right to change one file. */
    static final class Lease {
        private final FileName name;
        private boolean submitted;

        private Lease(FileName name) {
            this.name = name;
        }

        boolean submitted() {
            return submitted;
        }
    }

    <T> CompletionStage<T> changing(FileName name, Work<T> work) throws StoreException {
        if (!underWay.begin(name)) {
            throw new ConflictException("another change of " + name + " is under way");
        }
        Lease lease = new Lease(name);
        try (Database.View view = database.latest()) {
            return work.run(view, lease);
        } finally {
            if (!lease.submitted) {
                underWay.end(name);
            }
        }
    }

    /** Hands over a change that ends what {@link #changing} began. */
    <T> CompletionStage<T> submit(Change<?> change, T result, Lease lease) throws StoreException {
        lease.submitted = true;
        return submit(change.ending(result, () -> underWay.end(lease.name)));
    }

    <T> CompletionStage<T> submit(Change<T> change) throws StoreException {
        try {
            committer.submit(change);
        } catch (InterruptedException e) {
            preparer.undo(change);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the committer", e);
        }
        return change.done().minimalCompletionStage();
    }

    /** Returns a stage that completes when everything is on disk that was handed over before, but for lazy changes. */
    <T> CompletionStage<T> settled(T result) throws StoreException {
        return committer.settled() ? now(result) : submit(Change.ofRecords(List.of(), result));
    }

    /** Returns a stage that completes when everything is on disk that was handed over before. */
    <T> CompletionStage<T> synced(T result) throws StoreException {
        return committer.synced() ? now(result) : submit(Change.ofRecords(List.of(), result));
    }

    /** Waits until everything is on disk that was handed over before. */
    void awaitSynced() throws StoreException {
        if (!committer.synced()) {
            try {
                committer.commit(Change.ofRecords(List.of(), true));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the committer", e);
            }
        }
    }

    static <T> CompletionStage<T> now(T result) {
        return CompletableFuture.completedStage(result);
    }

    static Committed committed(@Nullable FileRecord record) {
        return record == null ? Committed.NONE : record.committed();
    }

    /** Returns a change of a file's records. */
    static Change<Boolean> change(
            List<Mutation> mutations, List<Slots.Step> steps, LiveBytes live, @Nullable FileChange file) {
        return new Change<>(
                mutations,
                steps,
                List.of(),
                live,
                file,
                List.of(),
                List.of(),
                0,
                false,
                () -> {},
                true,
                new CompletableFuture<>());
    }
}
