package org.dfile.actors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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
    record Ended(long fetch, Fetched fetched) implements OpenFileMessage {}

    /**
     * A fetch that has not ended.
     *
     * @param batch what is fetched, if it is a batch
     * @param accept what waits for the batch, if a coordinator sent it
     */
    private record UnderWay(
            HostId from, Optional<StateId> batch, Optional<FileMessage.Accept> accept, ActorRef<Void> actor) {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final IncomingBatches incoming;
    private final StagedPieces pieces;
    private final Map<Long, UnderWay> underWay = new HashMap<>();
    private long lastFetch;

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
        begin(Wanted.state(from, name, id), Optional.empty(), Optional.empty());
    }

    /** Fetches a batch that another replica holds pending, for the machine. */
    void batch(HostId from, StateId id) {
        batch(from, id, Optional.empty(), Optional.empty());
    }

    /** Fetches what is missing of a batch that a coordinator wants accepted. */
    void batch(HostId from, FileMessage.Accept accept) {
        batch(from, accept.id(), Optional.of(accept), incoming.batch(accept.id()));
    }

    private void batch(HostId from, StateId id, Optional<FileMessage.Accept> accept, Optional<Batch> head) {
        Optional<StateId> batch = Optional.of(id);
        end(fetch -> fetch.batch().equals(batch) && isOverdue(fetch.from(), from));
        long batches = underWay.values().stream()
                .filter(fetch -> fetch.batch().isPresent())
                .count();
        if (batches < MAX_BATCHES
                && underWay.values().stream().noneMatch(fetch -> fetch.batch().equals(batch))) {
            Wanted wanted = head.map(known -> Wanted.piecesOf(from, name, id, known, incoming.known(known)))
                    .orElseGet(() -> Wanted.batch(from, name, id));
            begin(wanted, batch, accept);
        }
    }

    private void begin(Wanted wanted, Optional<StateId> batch, Optional<FileMessage.Accept> accept) {
        long number = ++lastFetch;
        ActorRef<Void> actor = fetch(wanted, fetched -> new Ended(number, fetched));
        underWay.put(number, new UnderWay(wanted.from(), batch, accept, actor));
    }

    // -- sources that fall silent

    private boolean isOverdue(HostId source, HostId other) {
        return !source.equals(other) && environment.isSilent(source);
    }

    /**
     * Another host has the state, or a later one: if the one that it is fetched from is silent, it is waited for no longer.
     * What has come of it is lost; so without another source, it is given all its time.
     *
     * @return whether that has ended a fetch of a state
     */
    boolean endSilentState(HostId other) {
        return end(fetch -> fetch.batch().isEmpty() && isOverdue(fetch.from(), other));
    }

    /**
     * Ends what a coordinator fetches from a host that is silent: the other replicas may do without that one.
     *
     * @return whether there was such a fetch
     */
    boolean endSilent() {
        return end(fetch -> fetch.accept().isEmpty() && environment.isSilent(fetch.from()));
    }

    /** Ends what is fetched for coordinators that sent batches up to the committed state: nobody will accept them any more. */
    void endUpTo(StateId committed) {
        end(fetch -> fetch.accept().isPresent()
                && fetch.batch().filter(id -> !id.isAbove(committed)).isPresent());
    }

    private boolean end(Predicate<UnderWay> which) {
        List<UnderWay> ended = underWay.values().stream().filter(which).toList();
        ended.forEach(fetch -> context.stop(fetch.actor()));
        return underWay.values().removeAll(ended);
    }

    // -- what comes

    /** Fetches something for somebody else in the file's actor. */
    ActorRef<Void> fetch(Wanted wanted, Function<Fetched, OpenFileMessage> ended) {
        ActorRef<OpenFileMessage> self = context.getSelf();
        return Fetch.spawn(
                context, environment.fetching(), wanted, Pace.UNLIMITED, fetched -> self.tell(ended.apply(fetched)));
    }

    void on(Ended ended, FileMachine machine) {
        Fetched fetched = ended.fetched();
        UnderWay fetch = underWay.remove(ended.fetch());
        if (fetch == null) {
            giveUp(fetched); // it came when its source was given up already
        } else if (fetched instanceof Fetched.State state) {
            machine.onStateFetched(state.committed(), state.incoming());
        } else if (fetched instanceof Fetched.Batch batch) {
            onBatch(batch, fetch, machine);
        } else if (fetch.batch().isPresent()) {
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

    private void onBatch(Fetched.Batch fetched, UnderWay fetch, FileMachine machine) {
        Batch batch = fetched.batch();
        for (StagedBytes piece : BatchShelf.piecesOf(batch)) {
            pieces.hold(PieceId.NONE, piece);
        }
        incoming.forget(fetched.id(), batch);
        machine.onBatchFetched(batch);
        fetch.accept().ifPresent(accept -> machine.on(fetch.from(), accept));
    }
}
