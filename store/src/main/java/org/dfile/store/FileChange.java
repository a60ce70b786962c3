package org.dfile.store;

import org.dfile.model.FileName;
import org.jspecify.annotations.Nullable;

/**
 * What a change does to the record of a name. The committer writes it, since the number of the change is given in the
 * order of commits.
 *
 * @param before null for a name without a record
 * @param after null if the record goes
 */
record FileChange(
        FileName name,
        @Nullable FileRecord before,
        @Nullable FileRecord after) {

    long fileCount() {
        return exists(after) - exists(before);
    }

    private static long exists(@Nullable FileRecord record) {
        return record != null && record.exists() ? 1 : 0;
    }

    long lengthSum() {
        return length(after) - length(before);
    }

    private static long length(@Nullable FileRecord record) {
        return record == null ? 0 : record.length();
    }

    long recordCount() {
        return count(after) - count(before);
    }

    private static long count(@Nullable FileRecord record) {
        return record == null ? 0 : 1;
    }

    /** By how much the digest of the slot changes. */
    long digest() {
        return digest(after) - digest(before);
    }

    private long digest(@Nullable FileRecord record) {
        return record == null ? 0 : record.digest(name);
    }
}
