package org.dfile.replication;

import java.util.Optional;
import org.dfile.model.Ballot;

/**
 * What the replica knows of a slot when it handles a message of one of its files.
 *
 * @param ordered the highest ballot that was put in order to be promised, on disk or not: nothing below it is accepted or
 *     confirmed any more (I2)
 * @param promised the highest ballot of which the promise is on disk
 * @param floor highest generation of which a tombstone was purged (I15)
 * @param votes false while the replica is amnesiac (I9)
 */
public record SlotView(Optional<Ballot> ordered, Optional<Ballot> promised, long floor, boolean votes) {

    boolean forbids(Ballot ballot) {
        return ordered.isPresent() && ordered.get().compareTo(ballot) > 0;
    }

    boolean hasPromised(Ballot ballot) {
        return promised.isPresent() && promised.get().equals(ballot) && !forbids(ballot);
    }
}
