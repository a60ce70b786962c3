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
