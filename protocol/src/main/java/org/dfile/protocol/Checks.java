package org.dfile.protocol;

import org.dfile.model.Limits;

/** What no message may claim. */
final class Checks {

    private Checks() {}

    static void range(long generation, long offset, int byteCount) {
        if (generation < 0) {
            throw new IllegalArgumentException("generation " + generation + " is negative");
        }
        if (byteCount < 0 || byteCount > Limits.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(byteCount + " bytes in one message, at most " + Limits.MAX_CHUNK_BYTES);
        }
        if (offset < 0 || offset > Limits.MAX_FILE_BYTES - byteCount) {
            throw new IllegalArgumentException(
                    "offset " + offset + " with " + byteCount + " bytes is not in 0.." + Limits.MAX_FILE_BYTES);
        }
    }
}
