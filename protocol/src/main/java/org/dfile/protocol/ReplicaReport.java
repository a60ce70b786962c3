package org.dfile.protocol;

import java.util.Optional;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;

/**
 * What one host holds of a file, looked up at one moment while changes may be going on: for people, not for decisions.
 *
 * @param listVersion of the host list that the host has
 * @param role the host's part in the file's slot, as far as it knows
 * @param leader who leads the slot, as far as the host knows
 * @param committed the state that it knows to be chosen; {@link StateId#NONE} for none
 * @param length of that state in bytes
 * @param pending the state that a batch which it accepted would make
 * @param damagedPlaces places of the file that are known to be damaged on this host
 * @param lossAccepted whether an operator accepted that acknowledged changes of it may be lost
 * @param floor highest generation that was purged from the slot
 * @param detail why, for people; empty if there is nothing to say
 */
public record ReplicaReport(
        Holding holding,
        long listVersion,
        Role role,
        Optional<HostId> leader,
        StateId committed,
        long length,
        Optional<StateId> pending,
        long damagedPlaces,
        boolean lossAccepted,
        long floor,
        String detail) {

    /** What the replica has in place of the file. */
    public enum Holding {
        /** The file. */
        FILE,
        /** What a deletion left. */
        TOMBSTONE,
        /** Nothing: as far as it knows there never was such a file. */
        NOTHING,
        /** It has no vote for the slot yet, and does not count (I9). */
        INCOMPLETE,
        /** Its directory is empty: the whole host does not count (I9). */
        NO_VOLUME,
        /** The file's record is damaged: this copy does not count (I9). */
        RECORD_DAMAGED,
        /** It saw two histories of one version; the file is stopped (I18). */
        DIVERGED,
        /** The host does not keep files of that slot. */
        NOT_A_REPLICA,
        /** It could not be looked up. */
        UNREADABLE
    }

    /** The host's part in the slot. */
    public enum Role {
        LEADING,
        FOLLOWING,
        /** It knows nobody who leads. */
        ELECTING
    }

    /** Of a host that can say nothing about the file. */
    public static ReplicaReport without(Holding holding, long listVersion, String detail) {
        return new ReplicaReport(
                holding,
                listVersion,
                Role.ELECTING,
                Optional.empty(),
                StateId.NONE,
                0,
                Optional.empty(),
                0,
                false,
                0,
                detail);
    }
}
