package org.dfile.actors;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.transfer.Fetch;
import org.dfile.actors.transfer.Fetched;
import org.dfile.actors.transfer.Pace;
import org.dfile.actors.transfer.Wanted;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.store.IncomingState;
import org.dfile.store.StoreException;

/**
 * States and batches that one file fetches from other hosts: one state at a time, each batch once. Used by the file's actor
 * alone; results come to it as messages.
 */
final class FileFetches {

    /** Batches that may be on their way at a time; one more is asked for again later. */
    private static final int MAX_BATCHES = 4;

    /** To the file's actor: how a fetch ended. */
    record Ended(Optional<StateId> batch, Fetched fetched) implements OpenFileMessage {}

    /** @param accept what waits for the batch, if a coordinator sent it */
    private record Asked(HostId from, Optional<FileMessage.Accept> accept) {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final IncomingBatches incoming;
    private final StagedPieces pieces;
    private final Map<StateId, Asked> batches = new HashMap<>();

    FileFetches(
            FileName name,
            FileEnvironment environment,
            ActorContext<OpenFileMessage> context,
            IncomingBatches incoming,
            StagedPieces pieces) {
        this.name = name;
        this.environment = environment;
        this.context = context;
        this.incoming = incoming;
        this.pieces = pieces;
    }

    /** Fetches a state, or a later one. */
    void state(HostId from, StateId id) {
        spawn(Wanted.state(from, name, id), Optional.empty());
    }

    /** Fetches a batch that another replica holds pending, for the machine. */
    void batch(HostId from, StateId id) {
        batch(new Asked(from, Optional.empty()), id, Optional.empty());
    }

    /** Fetches what is missing of a batch that a coordinator wants accepted. */
    void batch(HostId from, FileMessage.Accept accept) {
        batch(new Asked(from, Optional.of(accept)), accept.id(), incoming.batch(accept.id()));
    }

    private void batch(Asked asked, StateId id, Optional<Batch> head) {
        if (batches.size() < MAX_BATCHES && batches.putIfAbsent(id, asked) == null) {
            HostId from = asked.from();
            Wanted wanted = head.map(batch -> Wanted.piecesOf(from, name, id, batch, incoming.known(batch)))
                    .orElseGet(() -> Wanted.batch(from, name, id));
            spawn(wanted, Optional.of(id));
        }
    }

    private void spawn(Wanted wanted, Optional<StateId> batch) {
        fetch(wanted, fetched -> new Ended(batch, fetched)); // how it failed does not say what it was
    }

    /** Fetches something for somebody else in the file's actor. */
    void fetch(Wanted wanted, Function<Fetched, OpenFileMessage> ended) {
        ActorRef<OpenFileMessage> self = context.getSelf();
        Fetch.spawn(
                context, environment.fetching(), wanted, Pace.UNLIMITED, fetched -> self.tell(ended.apply(fetched)));
    }

    void on(Ended ended, FileMachine machine) {
        Fetched fetched = ended.fetched();
        if (fetched instanceof Fetched.State state) {
            machine.onStateFetched(state.committed(), state.incoming());
        } else if (fetched instanceof Fetched.Batch batch) {
            onBatch(batch.batch(), batch.id(), machine);
        } else if (ended.batch().isPresent()) {
            batches.remove(ended.batch().get());
            machine.onBatchNotFetched();
        } else {
            machine.onStateNotFetched();
        }
    }

    /** What has come is of no use any more. */
    void giveUp(Fetched fetched) {
        if (fetched instanceof Fetched.Batch batch) {
            environment.io().execute(() -> BatchShelf.piecesOf(batch.batch()).forEach(environment.store()::release));
        } else if (fetched instanceof Fetched.State state) {
            giveUp(state.incoming());
        }
    }

    /** A state that has come is of no use any more. */
    void giveUp(IncomingState incoming) {
        environment.io().execute(() -> {
            try {
                incoming.close();
            } catch (StoreException e) {
                environment.server().tell(new FileServerMessage.Trouble("giving up a state of " + name + ": " + e));
            }
        });
    }

    private void onBatch(Batch batch, StateId id, FileMachine machine) {
        for (StagedBytes piece : BatchShelf.piecesOf(batch)) {
            pieces.hold(PieceId.NONE, piece);
        }
        incoming.forget(id, batch);
        machine.onBatchFetched(batch);
        Asked asked = batches.remove(id);
        if (asked != null && asked.accept().isPresent()) {
            machine.on(asked.from(), asked.accept().get());
        }
    }
}
