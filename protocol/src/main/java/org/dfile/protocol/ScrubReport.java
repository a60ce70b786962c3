package org.dfile.protocol;

import java.util.List;

/**
 * How far the scrub of a volume is, and what is known to be damaged. Times are milliseconds since 1970, 0 if there was
 * none.
 *
 * @param startedAtMillis start of the scrub under way, or of the last one
 * @param endedAtMillis end of the last scrub that came to its end
 * @param checkedFiles files checked by the scrub under way, or by the last one
 * @param checkedBytes bytes of theirs that were read
 * @param totalBytes bytes that are there to be read, by now
 * @param lastComplete whether the last scrub could look at all files
 * @param lastDamaged damaged places that it found
 * @param damaged damaged places that are known, also those that are not in {@code damage}
 * @param damage the first of them
 */
public record ScrubReport(
        State state,
        long startedAtMillis,
        long endedAtMillis,
        long checkedFiles,
        long checkedBytes,
        long totalBytes,
        boolean lastComplete,
        long lastDamaged,
        long damaged,
        List<Damage> damage) {

    public static final ScrubReport NONE = new ScrubReport(State.NEVER, 0, 0, 0, 0, 0, false, 0, 0, List.of());

    public ScrubReport {
        damage = List.copyOf(damage);
    }

    /**
     * Returns how much of a scrub under way is done, 99 at most: bytes may come and go meanwhile, so more may be read than
     * there is now.
     */
    public int percent() {
        return totalBytes == 0 ? 0 : (int) Math.min(99, 100.0 * checkedBytes / totalBytes);
    }

    /** Whether a scrub is under way. */
    public enum State {
        /** None has ever come to its end, and none is under way. */
        NEVER,
        /** None is under way. */
        IDLE,
        /** One is under way. It goes on by itself after a restart. */
        RUNNING
    }

    /**
     * A place on the volume that does not hold what was written there.
     *
     * @param kind what is damaged, for people: bytes of a file, its record, a table of records of many files
     * @param name the file's name; of a table its path in the volume
     * @param offset of the damaged bytes in the file
     * @param reason what was found, for people
     * @param copy path on the host where a copy of what was found is kept
     */
    public record Damage(String kind, String name, long offset, String reason, long foundAtMillis, String copy) {}
}
