package org.dfile.actors;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.replication.CatchUp;
import org.dfile.replication.Effect;
import org.dfile.replication.FileCore;
import org.dfile.replication.SlotView;
import org.dfile.store.IncomingState;
import org.dfile.store.PendingBatch;
import org.dfile.store.SlotState;
import org.dfile.store.Standing;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Drives the machine of one file ({@link FileCore}): performs what it wants done, in order, and tells it what came of it.
 * What concerns clients goes to a {@link Listener}. Used by the file's actor alone.
 */
final class FileMachine {

    /** What the coordinator's side of the file has to do. None of it gives the machine an input at once. */
    interface Listener {

        /** The next batch may be proposed. */
        void ready();

        /** The batch that makes this state is chosen: its changes may be answered (I5). */
        void chosen(StateId id);

        /** A read may be answered from the committed state (I7). */
        void answerable(long read);

        /** What was proposed is another coordinator's to decide now. */
        void deposed();

        /** Two histories of one version are committed (I18). */
        void diverged(String what);
    }

    private final FileName name;
    private final Slot slot;
    private final FileEnvironment environment;
    private final ActorRef<SlotsMessage.Confirmed> confirmed;
    private final BatchShelf shelf;
    private final MachineWrites writes;
    private final FileFetches fetches;
    private final Listener listener;
    private final FileCore core;
    private final CatchUp catchUp;
    private Optional<FileState> state;
    private StateId stateId;
    private Effect.@Nullable Ready ready;

    FileMachine(
            FileName name,
            FileEnvironment environment,
            ActorRef<SlotsMessage.Confirmed> confirmed,
            BatchShelf shelf,
            MachineWrites writes,
            FileFetches fetches,
            Listener listener,
            Standing standing) {
        this.name = name;
        this.slot = name.slot();
        this.environment = environment;
        this.confirmed = confirmed;
        this.shelf = shelf;
        this.writes = writes;
        this.fetches = fetches;
        this.listener = listener;
        Optional<Pending> pending = standing.pending().map(PendingBatch::pending);
        this.catchUp = new CatchUp(environment.settings().catchUpPatience().toMillis());
        this.core = new FileCore(environment.replicas(slot), standing.committed(), pending);
        this.state = standing.state();
        this.stateId = standing.committed().id();
    }

    // -- what it knows

    Committed committed() {
        return core.committed();
    }

    Optional<Pending> pending() {
        return core.pending();
    }

    /** Returns the floor for the next batch, if one may be proposed now. */
    Optional<Effect.Ready> ready() {
        return Optional.ofNullable(ready)
                .filter(now -> catchUp.waitsFor(millis()).isEmpty())
                .filter(now -> core.coordinates().filter(now.ballot()::equals).isPresent()
                        && core.isReady(now.base().id()));
    }

    /** Returns the committed state, if it is at hand; else it has to be read from the store and {@link #loaded}. */
    Optional<Optional<FileState>> state() {
        return stateId.equals(core.committed().id()) ? Optional.of(state) : Optional.empty();
    }

    void loaded(StateId id, Optional<FileState> now) {
        stateId = id;
        state = now;
    }

    SlotView view() {
        try {
            SlotState now = environment.store().slot(slot);
            return new SlotView(now.ordered(), now.promised(), now.floor(), now.complete());
        } catch (StoreException e) {
            return new SlotView(Optional.empty(), Optional.empty(), 0, false); // a volume that fails has no vote
        }
    }

    // -- inputs

    /** Stops coordinating under a ballot that does not lead the slot any more. */
    void resignUnless(SlotRoles.Role role) {
        boolean leads =
                role instanceof SlotRoles.Leading leading && core.coordinates().equals(Optional.of(leading.ballot()));
        if (!leads) {
            resign();
        }
    }

    /** Takes the file over if this host leads the slot and does not coordinate it yet. */
    void lead() {
        if (environment.roles().of(slot) instanceof SlotRoles.Leading leading
                && !core.coordinates().equals(Optional.of(leading.ballot()))) {
            resign(); // what was under way in another ballot is judged anew
            perform(core.lead(leading.ballot(), view()));
        }
    }

    /** Another host leads the slot, or nobody, or this one in another ballot. */
    void resign() {
        ready = null;
        catchUp.clear();
        if (core.coordinates().isPresent()) {
            core.resign();
            listener.deposed();
        }
    }

    /** Whether nothing is under way here, and nothing is left to be told to other replicas. */
    boolean isQuiet() {
        return core.isQuiet();
    }

    /** Whether replicas are not known to hold the state that this host serves. */
    boolean someBehind() {
        return core.someBehind();
    }

    /** Whether all replicas are known to hold the state that this host serves. */
    boolean isHeldByAll() {
        return core.isHeldByAll();
    }

    /** See {@link FileCore#doubtHolders}. */
    void doubtHolders() {
        core.doubtHolders();
    }

    /** Takes a batch of which all bytes are here. */
    void take(Batch batch) {
        shelf.put(batch);
    }

    void propose(Batch batch, Effect.Ready on) {
        ready = null;
        shelf.put(batch);
        perform(core.propose(on.base().id(), BatchShelf.idOf(batch), view()));
    }

    void read(long read) {
        perform(core.read(read));
    }

    void forget(long read) {
        core.forget(read);
    }

    void confirmed(SlotsMessage.Confirmed message) {
        perform(core.confirmed(message.ballot(), message.read()));
    }

    void on(HostId from, FileMessage message) {
        watch(from, message);
        boolean tellsOfState = message instanceof FileMessage.Accept || message instanceof FileMessage.Commit;
        if (tellsOfState && fetches.endSilentState(from)) {
            onStateNotFetched();
        }
        perform(core.on(from, message, view()));
    }

    /** Sees how the other replicas follow: writers wait for one that does not get there otherwise. */
    private void watch(HostId from, FileMessage message) {
        if (message instanceof FileMessage.Behind behind && core.coordinates().equals(Optional.of(behind.ballot()))) {
            catchUp.behind(from, behind.id(), millis());
        } else if (message instanceof FileMessage.Accepted
                || (message instanceof FileMessage.Holds holds
                        && holds.id().equals(core.committed().id()))) {
            catchUp.inStep(from);
        }
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Whether the bytes of a batch are of use: it would be accepted, and they are not here. */
    boolean wants(FileMessage.Accept accept) {
        return !core.committed().id().equals(accept.id())
                && core.pending()
                        .filter(known -> known.id().equals(accept.id()))
                        .isEmpty()
                && shelf.batch(accept.id()).isEmpty();
    }

    void resend() {
        if (core.coordinates().isPresent() && fetches.endSilent()) {
            onStateNotFetched(); // the replicas are asked anew, who has what
        }
        perform(core.resend(view()));
    }

    void onWritten(MachineWrites.Written message) {
        writes.ended(message);
        message.ended().state().ifPresent(now -> loaded(new StateId(now.version(), now.hash()), Optional.of(now)));
        perform(core.written(message.ended().result(), view()));
        shelf.committed(core.committed().id());
        giveUpUnwanted();
    }

    void onStateFetched(Committed committed, IncomingState incoming) {
        giveUpArrived();
        writes.arrived(incoming);
        perform(core.stateArrived(committed, view()));
        giveUpUnwanted();
    }

    /** The replica may have got by itself to the state that it wanted, or beyond. */
    private void giveUpUnwanted() {
        if (!core.isFetching()) {
            giveUpArrived();
        }
    }

    private void giveUpArrived() {
        writes.takeArrived().ifPresent(fetches::giveUp);
    }

    void onStateNotFetched() {
        perform(core.stateNotFetched(view()));
    }

    void onBatchFetched(Batch batch) {
        shelf.put(batch);
        perform(core.batchArrived(BatchShelf.idOf(batch), view()));
    }

    void onBatchNotFetched() {
        perform(core.batchNotFetched(view()));
    }

    // -- effects

    private void perform(List<Effect> effects) {
        effects.forEach(this::perform);
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            send(send.to(), send.message());
        } else if (effect instanceof Effect.Persist persist) {
            writes.begin(persist.write(), core.pending());
        } else if (effect instanceof Effect.FetchState fetch) {
            fetches.state(fetch.from(), fetch.id());
        } else if (effect instanceof Effect.FetchBatch fetch) {
            fetches.batch(fetch.from(), fetch.id());
        } else if (effect instanceof Effect.Ready now) {
            ready = now;
            listener.ready();
        } else if (effect instanceof Effect.Chosen chosen) {
            listener.chosen(chosen.id());
        } else if (effect instanceof Effect.Confirm confirm) {
            environment.slots().tell(new SlotsMessage.Confirm(name, confirm.ballot(), confirm.read(), confirmed));
        } else if (effect instanceof Effect.Answerable answerable) {
            listener.answerable(answerable.read());
        } else if (effect instanceof Effect.Deposed deposed) {
            onDeposed(deposed.by());
        } else if (effect instanceof Effect.PrepareAgain again) {
            environment.slots().tell(new SlotsMessage.PrepareAgain(slot, again.replica(), again.ballot()));
        } else if (effect instanceof Effect.Diverged diverged) {
            listener.diverged(name + ": " + diverged.one() + " and " + diverged.other() + " are both committed");
        } else {
            throw new AssertionError("an effect that is not performed: " + effect);
        }
    }

    private void onDeposed(Ballot by) {
        ready = null;
        listener.deposed();
        environment.slots().tell(new SlotsMessage.HeardOf(slot, by));
    }

    private void send(HostId to, FileMessage message) {
        if (message instanceof FileMessage.Accept && environment.isSilent(to)) {
            return; // it is said again, and a batch has many bytes
        }
        FilePeerMessage mail = message instanceof FileMessage.Accept accept
                ? new FilePeerMessage.AcceptMail(
                        environment.list(), environment.self(), name, accept, shelf.encoded(accept.id()))
                : new FilePeerMessage.FileMail(environment.list(), environment.self(), name, message);
        environment.links().toFiles(to, mail);
    }
}
