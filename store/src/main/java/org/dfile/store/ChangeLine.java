package org.dfile.store;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
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
        /** Looks and decides; {@code lease} is handed to {@link #submit(Change, Lease)} with the change, if there is one. */
        CompletionStage<T> run(Database.View view, Lease lease) throws StoreException;
    }

    static final class Lease {
        private boolean submitted;

        boolean submitted() {
            return submitted;
        }
    }

    <T> CompletionStage<T> changing(FileName name, Work<T> work) throws StoreException {
        if (!underWay.begin(name)) {
            throw new ConflictException("another change of " + name + " is under way");
        }
        Lease lease = new Lease();
        try (Database.View view = database.latest()) {
            return work.run(view, lease);
        } finally {
            if (!lease.submitted) {
                underWay.end(name);
            }
        }
    }

    <T> CompletionStage<T> submit(Change<T> change, Lease lease) throws StoreException {
        lease.submitted = true;
        return submit(change);
    }

    static <T> CompletionStage<T> now(T result) {
        return CompletableFuture.completedStage(result);
    }

    static FileVersion version(@Nullable FileRecord record) {
        return record == null ? FileVersion.NONE : record.version();
    }

    static ChainHash hash(@Nullable FileRecord record) {
        return record == null ? ChainHash.NONE : record.hash();
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

    /** Returns a change of a file's records, which ends what {@link #changing} began. */
    <T> Change<T> change(FileName name, List<Mutation> mutations, LiveBytes live, @Nullable FileChange file, T result) {
        return new Change<>(
                mutations,
                List.of(),
                live,
                file,
                List.of(),
                List.of(),
                0,
                () -> underWay.end(name),
                result,
                new CompletableFuture<>());
    }
}
