package org.dfile.model.replica;

import org.dfile.model.Ballot;

/** What replicas of one slot say to each other. Those of many slots may travel together. */
public sealed interface SlotMessage {

    /** Asks for the promise to follow no lower ballot (I2). */
    record Prepare(Ballot ballot) implements SlotMessage {}

    /** The promise, on disk. */
    record Promise(Ballot ballot) implements SlotMessage {}

    /** Asks whether a higher ballot was promised since (I7). */
    record Confirm(Ballot ballot, long round) implements SlotMessage {}

    /** None was. */
    record Confirmed(Ballot ballot, long round) implements SlotMessage {}

    /** To {@link Prepare} and {@link Confirm}: a higher ballot was promised. */
    record Refused(Ballot ballot, Ballot promised) implements SlotMessage {}
}
