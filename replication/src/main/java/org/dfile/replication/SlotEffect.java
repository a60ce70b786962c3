package org.dfile.replication;

import java.util.List;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.SlotMessage;

/** What is to be done next for a slot, in order. */
public sealed interface SlotEffect {

    /** Sends a message to another replica. It may get lost, arrive late or twice. */
    record Send(HostId to, SlotMessage message) implements SlotEffect {}

    /**
     * Begins a round that reads wait for (I7). So many answers of other replicas make a majority; whom to ask first is of no
     * matter to what is right. {@link SlotCore#resend} asks all that have not answered.
     *
     * @param needed how many of the others have to answer, at least 1
     */
    record Ask(SlotMessage.Confirm message, List<HostId> others, int needed) implements SlotEffect {}

    /** Makes a promise durable; {@link SlotCore#promiseWritten} says how it ended. */
    record PersistPromise(Ballot ballot) implements SlotEffect {}

    /** This host leads the slot: its files may be taken over in this ballot. */
    record Leads(Ballot ballot) implements SlotEffect {}

    /** This host leads the slot no longer, or could not begin to. */
    record Deposed(Ballot ballot, Ballot by) implements SlotEffect {}

    /** These reads are confirmed (I7). */
    record Confirmed(Ballot ballot, List<Read> reads) implements SlotEffect {}

    /** A read of a file that waits to be confirmed. */
    record Read(FileName name, long number) {}
}
