package org.dfile.actors;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.replica.Pending;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.store.IncomingState;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what the machine of one file wants to be: with batches from the shelf, and states that were fetched. Used by
 * the file's actor alone; results come to it as messages.
 */
final class MachineWrites {

    /** To the file's actor: a write has ended. */
    record Written(FileWrite write, FileWrites.Ended ended) implements OpenFileMessage {}

    /** To the file's actor: what became of a write is not known. */
    record NotWritten(Throwable error) implements OpenFileMessage {}

    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final BatchShelf shelf;
    private final OneWrite oneWrite;
    private final FileWrites writes;
    private @Nullable IncomingState arrived;

    MachineWrites(
            FileName name,
            FileEnvironment environment,
            ActorContext<OpenFileMessage> context,
            BatchShelf shelf,
            OneWrite oneWrite) {
        this.environment = environment;
        this.context = context;
        this.shelf = shelf;
        this.oneWrite = oneWrite;
        this.writes = new FileWrites(name, environment.store());
    }

    /** Takes a state that was fetched, to be installed if the machine wants it; there is one at a time. */
    void arrived(IncomingState incoming) {
        arrived = incoming;
    }

    /** Takes out the state that was fetched: nobody wants it. */
    Optional<IncomingState> takeArrived() {
        Optional<IncomingState> taken = Optional.ofNullable(arrived);
        arrived = null;
        return taken;
    }

    /** @param pending the batch that the machine knows to be pending */
    void begin(FileWrite write, Optional<Pending> pending) {
        Optional<Batch> batch = Optional.empty();
        if (write instanceof FileWrite.Accept accept) {
            batch = shelf.batch(accept.id());
            shelf.writing(accept.id());
        }
        Optional<Batch> here = batch;
        oneWrite.begin(() -> start(write, here, pending));
    }

    private void start(FileWrite write, Optional<Batch> batch, Optional<Pending> pending) {
        // From here on the state is the write's alone: the end of the actor must not take it away under its hands.
        Optional<IncomingState> incoming = write instanceof FileWrite.Install ? takeArrived() : Optional.empty();
        context.pipeToSelf(
                Blocking.compose(environment.io(), () -> run(write, batch, incoming, pending)),
                (ended, error) ->
                        error == null ? new Written(write, ended) : new NotWritten(StoreFailures.cause(error)));
    }

    private CompletionStage<FileWrites.Ended> run(
            FileWrite write, Optional<Batch> batch, Optional<IncomingState> incoming, Optional<Pending> pending)
            throws StoreException {
        if (write instanceof FileWrite.Accept accept) {
            if (pending.filter(known -> known.id().equals(accept.id())).isPresent()) {
                return writes.acceptAgain(accept);
            }
            return batch.isPresent()
                    ? writes.accept(accept, batch.get())
                    : CompletableFuture.completedStage(FileWrites.notHere());
        } else if (write instanceof FileWrite.Promote promote) {
            return writes.promote(promote);
        } else if (write instanceof FileWrite.Install install) {
            try (IncomingState state = incoming.orElseThrow()) { // given up, if it is not installed
                return writes.install(install, state, pending);
            }
        }
        throw new AssertionError("a write that is not done: " + write);
    }

    /** A write has ended; the machine is yet to be told. */
    void ended(Written written) {
        oneWrite.ended();
        shelf.notWriting();
        FileWrite write = written.write();
        if (write instanceof FileWrite.Accept accept && written.ended().result() instanceof WriteResult.Written) {
            shelf.stored(accept.id()); // else it stays on the shelf with all its bytes: it will be tried again
        }
    }

    /** Gives up what was fetched and not installed. Blocks. */
    void close() throws StoreException {
        if (arrived != null) {
            arrived.close();
        }
    }
}
