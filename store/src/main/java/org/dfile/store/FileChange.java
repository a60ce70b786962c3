package org.dfile.store;

import java.util.Objects;
import org.dfile.model.FileName;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to the record of a name. The committer writes it, since the number of the change is given in the
 * order of commits.
 *
 * @param before null for a name without a record
 * @param after null if the record goes
 * @param digest what {@code after} adds to the digest of the slot
 */
record FileChange(
        FileName name, @Nullable Footprint before, @Nullable FileRecord after, long digest) {

    static FileChange of(FileName name, @Nullable Footprint before, @Nullable FileRecord after) {
        return new FileChange(name, before, after, after == null ? 0 : after.digest(name));
    }

    /** Returns the footprint of the record after it. */
    Footprint footprint(long change) {
        FileRecord record = Objects.requireNonNull(after);
        return new Footprint(record.id(), change, record.exists(), record.length(), digest);
    }

    long fileCount() {
        long before = this.before != null && this.before.exists() ? 1 : 0;
        return after != null && after.exists() ? 1 - before : -before;
    }

    long lengthSum() {
        return (after == null ? 0 : after.length()) - (before == null ? 0 : before.length());
    }

    long recordCount() {
        long before = this.before == null ? 0 : 1;
        return after == null ? -before : 1 - before;
    }

    /** By how much the digest of the slot changes. */
    long digestChange() {
        return digest - (before == null ? 0 : before.digest());
    }
}
