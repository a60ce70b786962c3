package org.dfile.actors.slots;

import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.ReplicationReport;

/**
 * What this host is for each of its slots, as far as it knows now. To be read by any thread; {@link
 * org.dfile.actors.FileServerMessage.RolesChanged} says when to look again.
 */
public interface SlotRoles {

    /** Returns the role for a slot; {@link Electing} also for one that this host does not keep. */
    Role of(Slot slot);

    /** Returns how the host's copies are, as of a moment ago; with list version 0 before anything is known. */
    ReplicationReport report();

    /** What a host is for a slot. */
    sealed interface Role {}

    /**
     * This host leads: a majority promised the ballot. Whether it still does, only a round of confirmations tells (I7).
     */
    record Leading(Ballot ballot) implements Role {}

    /** Another host says that it leads, and is alive: what only a leader may do goes there. A hint. */
    record Following(HostId leader) implements Role {}

    /** Nobody is known to lead. It takes a moment, or a majority is away. */
    record Electing() implements Role {}
}
