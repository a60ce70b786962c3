package org.dfile.replication.history;

import java.util.Optional;
import org.dfile.model.Change;

/**
 * One call of a client on one file.
 *
 * @param session whose call it is; the changes of one session take effect in the order of their numbers
 * @param number of a change within its session, 0 for a read
 * @param change what it asks for; empty for a read of the whole file
 * @param invoked when it began; all moments of a history are different
 * @param returned when its answer came, {@link #NEVER} if none did
 * @param seen the answer, empty if none came: then it may have taken effect at any time since, or never
 * @param hint where it stands in the order that is tried first; any value is right, a good one is fast
 */
public record Call(
        int session,
        long number,
        Optional<Change> change,
        long invoked,
        long returned,
        Optional<Seen> seen,
        long hint) {

    public static final long NEVER = Long.MAX_VALUE;

    public Call {
        if (seen.isPresent() == (returned == NEVER) || invoked >= returned) {
            throw new IllegalArgumentException("from " + invoked + " to " + returned + " with " + seen);
        }
    }

    boolean overlaps(Call other) {
        return invoked < other.returned && other.invoked < returned;
    }
}
