package org.dfile.actors;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.StagedBytes;
import org.dfile.store.StoreException;

/** What a file's actor has done on the disk for its changes, on the disk threads; results come to it as messages. */
final class FileDisk {

    /** The committed state, as the store has it. */
    record Opened(Optional<FileState> state) implements FileMessage {}

    /** The store did not tell the state. */
    record NotOpened(Throwable error) implements FileMessage {}

    /** The bytes of a change are written ahead. */
    record ChangeStaged(WaitingChange change, StagedBytes piece) implements FileMessage {}

    /** The bytes of a change could not be written ahead. */
    record ChangeNotStaged(WaitingChange change, Throwable error) implements FileMessage {}

    /** A batch is on disk. */
    record Committed(FileState state) implements FileMessage {}

    /** A batch was refused, or what became of it is not known. */
    record NotCommitted(Throwable error) implements FileMessage {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<FileMessage> context;
    private final StagedPieces pieces;

    FileDisk(FileName name, FileEnvironment environment, ActorContext<FileMessage> context, StagedPieces pieces) {
        this.name = name;
        this.environment = environment;
        this.context = context;
        this.pieces = pieces;
    }

    void open() {
        context.pipeToSelf(
                blocking(() -> environment.store().state(name)),
                (known, error) -> error == null ? new Opened(known) : new NotOpened(StoreFailures.cause(error)));
    }

    /** A change's bytes go to the disk at once, while the batch before is being committed. */
    void stage(WaitingChange change) {
        context.pipeToSelf(
                blocking(() -> pieces.stage(change.change().bytes())),
                (piece, error) -> error == null
                        ? new ChangeStaged(change, piece)
                        : new ChangeNotStaged(change, StoreFailures.cause(error)));
    }

    void commit(Commit commit) {
        context.pipeToSelf(
                blocking(() -> environment.store().apply(name, commit.plan().expected(), commit.batch()))
                        .thenCompose(Function.identity()),
                (state, error) -> error == null ? new Committed(state) : new NotCommitted(StoreFailures.cause(error)));
    }

    private interface Blocking<T> {
        T run() throws StoreException;
    }

    private <T> CompletableFuture<T> blocking(Blocking<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.run();
                    } catch (StoreException e) {
                        throw new CompletionException(e);
                    }
                },
                environment.io());
    }
}
