package org.dfile.store;

import java.time.Instant;

/**
 * A place on the volume that does not hold what was written there. Reads of it are refused; what was found there lies in
 * the folder {@code quarantine} of the volume.
 *
 * @param kind what is damaged
 * @param name the file's name; of a table of records its path in the volume
 * @param offset of the damaged bytes in the file; 0 for a record or a table
 * @param reason what was found, for people
 * @param found when it was found first
 */
public record Damage(Kind kind, String name, long offset, String reason, Instant found) {

    /**
     * Returns where a copy of what was found lies, relative to the volume. Where nothing could be read the copy is empty.
     * A name of a file never becomes a local path.
     */
    public String copy() {
        return VolumeDirectory.QUARANTINE + "/" + found.toEpochMilli() + "-" + kind + "-"
                + Integer.toHexString(name.hashCode()) + "-" + offset;
    }

    /** What is damaged, as far as that is known. */
    public enum Kind {
        /** Bytes of a file. */
        BYTES,
        /** What is known of a file beside its bytes: the file is amnesiac. */
        RECORD,
        /** A table of records of many files. */
        TABLE
    }
}
