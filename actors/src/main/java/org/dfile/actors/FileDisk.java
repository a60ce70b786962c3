package org.dfile.actors;

import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.store.Standing;

/** What a file's actor asks of the disk, on the disk threads; results come to it as messages. */
final class FileDisk {

    /** What this replica has of the file. */
    record Opened(Standing standing) implements OpenFileMessage {}

    /** The store did not tell. */
    record NotOpened(Throwable error) implements OpenFileMessage {}

    /** The committed state, read anew. */
    record StateRead(Optional<FileState> state) implements OpenFileMessage {

        StateId id() {
            return state.map(known -> new StateId(known.version(), known.hash()))
                    .orElse(StateId.NONE);
        }
    }

    /** The bytes of a change are written ahead. */
    record ChangeStaged(WaitingChange change, StagedBytes piece) implements OpenFileMessage {}

    /** The bytes of a change could not be written ahead. */
    record ChangeNotStaged(WaitingChange change, Throwable error) implements OpenFileMessage {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final StagedPieces pieces;

    FileDisk(FileName name, FileEnvironment environment, ActorContext<OpenFileMessage> context, StagedPieces pieces) {
        this.name = name;
        this.environment = environment;
        this.context = context;
        this.pieces = pieces;
    }

    void open() {
        context.pipeToSelf(
                Blocking.compose(environment.io(), () -> environment.store().standing(name)),
                (standing, error) -> error == null ? new Opened(standing) : new NotOpened(StoreFailures.cause(error)));
    }

    void readState() {
        context.pipeToSelf(
                Blocking.run(environment.io(), () -> environment.store().state(name)),
                (state, error) -> error == null ? new StateRead(state) : new NotOpened(StoreFailures.cause(error)));
    }

    /** A change's bytes go to the disk at once, while the batch before is decided. */
    void stage(WaitingChange change, PieceId id) {
        context.pipeToSelf(
                Blocking.run(
                        environment.io(), () -> pieces.stage(id, change.change().bytes())),
                (piece, error) -> error == null
                        ? new ChangeStaged(change, piece)
                        : new ChangeNotStaged(change, StoreFailures.cause(error)));
    }
}
