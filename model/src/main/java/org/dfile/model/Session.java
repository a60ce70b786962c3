package org.dfile.model;

import java.util.List;
import java.util.Optional;

/**
 * What a file remembers of one client's changes (I8): the highest number that is closed or executed, and the outcomes
 * of the last few, ascending and without a gap, the last of them that of {@code last}; none if all were given up.
 *
 * @param usedSeq seq of the batch that touched the session last
 */
public record Session(SessionId id, long last, List<Outcome> outcomes, long usedSeq) {

    public Session {
        outcomes = List.copyOf(outcomes);
        if (outcomes.size() > Math.min(last, Limits.SESSION_WINDOW)) {
            throw new IllegalArgumentException(outcomes.size() + " outcomes, last number " + last);
        }
    }

    /** Returns the remembered outcome of a number, if it has one. */
    public Optional<Outcome> outcome(long number) {
        long index = outcomes.size() - 1 - (last - number);
        return index < 0 || number > last ? Optional.empty() : Optional.of(outcomes.get((int) index));
    }
}
