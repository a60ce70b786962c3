package org.dfile.model.replica;

import org.dfile.model.Ballot;

/**
 * A batch that one replica accepted and does not know to be chosen; at most one per file (I3).
 *
 * @param ballot under which it was accepted last
 * @param before the committed state that it is built on
 * @param id the state that it makes
 */
public record Pending(Ballot ballot, StateId before, StateId id) {

    /**
     * Whether it may be the step after a committed state (I6). Its predecessor must be that very state. Only a re-creation
     * may be built on no record while another replica still holds the tombstone that was purged (I15); then its ballot is
     * above that of the tombstone: a coordinator of a later ballot than the tombstone's saw no record of the name at a
     * majority, so all replicas had had the tombstone.
     */
    public boolean follows(Committed committed) {
        return before.equals(committed.id())
                || (before.equals(StateId.NONE)
                        && committed.tombstone()
                        && committed.isBefore(ballot)
                        && id.version().generation() > committed.id().version().generation());
    }
}
