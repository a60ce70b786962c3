package org.dfile.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a scrub is, and what is damaged.
 *
 * @param running whether a scrub is under way; it goes on by itself after a restart
 * @param began when the scrub under way, or the last one, began
 * @param checkedFiles files checked by the scrub under way, or by the last one
 * @param checkedBytes bytes of theirs that were read
 * @param liveBytes bytes that are there to be read, by now
 * @param last the last scrub that came to its end
 * @param damaged damaged places that are known, also those that are not in {@code damage}
 * @param damage the first of them, at most {@link UpkeepSettings#damageLimit}
 */
public record ScrubStatus(
        boolean running,
        Optional<Instant> began,
        long checkedFiles,
        long checkedBytes,
        long liveBytes,
        Optional<Result> last,
        long damaged,
        List<Damage> damage) {

    /** Of a volume that was never looked at. */
    public static final ScrubStatus NONE =
            new ScrubStatus(false, Optional.empty(), 0, 0, 0, Optional.empty(), 0, List.of());

    public ScrubStatus {
        damage = List.copyOf(damage);
    }

    /**
     * What a scrub came to.
     *
     * @param complete false if some records could not be read, so that their files were not checked
     * @param damaged damaged places that it found
     */
    public record Result(Instant ended, boolean complete, long files, long bytes, long damaged) {}
}
