package org.dfile.model.replica;

import java.util.Optional;
import org.dfile.model.Ballot;

/**
 * The committed state that one replica holds of a file.
 *
 * @param tombstone whether it is what a deletion left
 * @param ballot in which this replica accepted it or heard that it was chosen; empty only for {@link #NONE}
 */
public record Committed(StateId id, boolean tombstone, Optional<Ballot> ballot) {

    public static final Committed NONE = new Committed(StateId.NONE, false, Optional.empty());

    /** Whether it was known under a ballot below the given one. */
    public boolean isBefore(Ballot other) {
        return ballot.isEmpty() || ballot.get().compareTo(other) < 0;
    }
}
