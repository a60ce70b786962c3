package org.dfile.model.replica;

import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/** Which state of a file, with the hash of the history that led to it (I3). */
public record StateId(FileVersion version, ChainHash hash) {

    /** A name that has no record. */
    public static final StateId NONE = new StateId(FileVersion.NONE, ChainHash.NONE);

    public boolean isAbove(StateId other) {
        return version.compareTo(other.version) > 0;
    }

    /** Whether the two cannot both be committed (I18). */
    public boolean contradicts(StateId other) {
        return version.equals(other.version) && !hash.equals(other.hash);
    }

    @Override
    public String toString() {
        return version + "#" + hash;
    }
}
