package org.dfile.actors;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.replica.Pending;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.store.AcceptResult;
import org.dfile.store.BadChecksumException;
import org.dfile.store.ConflictException;
import org.dfile.store.IncomingState;
import org.dfile.store.InstallResult;
import org.dfile.store.PromoteResult;
import org.dfile.store.ReplicaStore;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeFullException;

/** Makes durable what a file's machine wants to be ({@link FileWrite}), and says in its words how that ended. */
final class FileWrites {

    /**
     * How a write ended.
     *
     * @param state the committed state, if the write made one and the store told it
     */
    record Ended(WriteResult result, Optional<FileState> state) {}

    private static final Ended NOT_WRITTEN = new Ended(new WriteResult.NotWritten(), Optional.empty());

    private final FileName name;
    private final ReplicaStore store;

    FileWrites(FileName name, ReplicaStore store) {
        this.name = name;
        this.store = store;
    }

    /** Accepts the batch that is pending already, under a higher ballot. Blocks. */
    CompletionStage<Ended> acceptAgain(FileWrite.Accept accept) throws StoreException {
        return ended(
                store.acceptAgain(name, accept.ballot(), accept.id().hash()).thenApply(this::accepted));
    }

    /** Accepts a batch. Blocks. */
    CompletionStage<Ended> accept(FileWrite.Accept accept, Batch batch) throws StoreException {
        return ended(store.accept(name, accept.ballot(), accept.before(), batch, accept.promoteFirst())
                .thenApply(this::accepted));
    }

    private Ended accepted(AcceptResult result) {
        if (result instanceof AcceptResult.Accepted accepted) {
            return new Ended(
                    new WriteResult.Written(accepted.committed(), Optional.of(accepted.pending())), Optional.empty());
        } else if (result instanceof AcceptResult.Outvoted outvoted) {
            return new Ended(new WriteResult.Outvoted(outvoted.promised()), Optional.empty());
        } else if (result instanceof AcceptResult.BelowFloor low) {
            return new Ended(new WriteResult.TooLow(low.floor()), Optional.empty());
        }
        throw unexpected(result);
    }

    /** Makes the pending batch the committed state. Blocks. */
    CompletionStage<Ended> promote(FileWrite.Promote promote) throws StoreException {
        return ended(store.promote(name, promote.ballot(), promote.id()).thenApply(result -> {
            if (result instanceof PromoteResult.Promoted promoted) {
                return new Ended(
                        new WriteResult.Written(promoted.committed(), Optional.empty()), Optional.of(promoted.state()));
            }
            throw unexpected(result);
        }));
    }

    /** Makes a fetched state the committed one. Blocks. */
    CompletionStage<Ended> install(FileWrite.Install install, IncomingState incoming, Optional<Pending> pending)
            throws StoreException {
        return ended(incoming.install(install.dropPending()).thenApply(result -> {
            if (result instanceof InstallResult.Installed installed) {
                return new Ended(
                        new WriteResult.Written(install.state(), install.dropPending() ? Optional.empty() : pending),
                        Optional.of(installed.state()));
            }
            throw unexpected(result);
        }));
    }

    /** What the store holds is not what the machine took it to hold: the file is to be opened anew. */
    private CompletionException unexpected(Object result) {
        return new CompletionException(new ConflictException(name + ": " + result));
    }

    /** What changed nothing, and may go better another time, is an answer; all else is a failure. */
    private static CompletionStage<Ended> ended(CompletionStage<Ended> stage) {
        return stage.handle((ended, error) -> {
                    if (error == null) {
                        return CompletableFuture.completedStage(ended);
                    }
                    Throwable cause = StoreFailures.cause(error);
                    return cause instanceof VolumeFullException || cause instanceof BadChecksumException
                            ? CompletableFuture.completedStage(NOT_WRITTEN)
                            : CompletableFuture.<Ended>failedStage(cause);
                })
                .thenCompose(Function.identity());
    }

    /** The batch of a state is not here. */
    static Ended notHere() {
        return NOT_WRITTEN;
    }
}
