package org.dfile.replication;

import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;

/** What is to be done next, in order. The core of a file does nothing itself. */
public sealed interface Effect {

    /** Sends a message to another replica. It may get lost, arrive late or twice. */
    record Send(HostId to, FileMessage message) implements Effect {}

    /** Makes something durable; {@link FileCore#written} says how it ended. */
    record Persist(FileWrite write) implements Effect {}

    /** Fetches a state, or a later one, with all its bytes; {@link FileCore#stateArrived} or {@code stateNotFetched}. */
    record FetchState(HostId from, StateId id) implements Effect {}

    /** Fetches a batch that another replica holds pending; {@link FileCore#batchArrived} or {@code batchNotFetched}. */
    record FetchBatch(HostId from, StateId id) implements Effect {}

    /** The coordinator is ready for the next batch, on top of this state; a new file's generation goes above the floor. */
    record Ready(Ballot ballot, Committed base, long floor) implements Effect {}

    /** The batch is chosen: those who wait for it may hear of it (I5). */
    record Chosen(StateId id) implements Effect {}

    /** Asks for a round of the slot's confirmations that begins now or later (I7); {@link FileCore#confirmed}. */
    record Confirm(Ballot ballot, long read) implements Effect {}

    /** A read may be answered from the committed state, as it is now or was since the read arrived. */
    record Answerable(long read) implements Effect {}

    /** A higher ballot is about: the slot is to be led anew, or left to its leader. What was proposed is unknown (I5). */
    record Deposed(Ballot ballot, Ballot by) implements Effect {}

    /** A replica has not promised the ballot that leads the slot: it is to be prepared. */
    record PrepareAgain(HostId replica, Ballot ballot) implements Effect {}

    /** Two committed states of one version (I18): the file must stop. */
    record Diverged(StateId one, StateId other) implements Effect {}
}
