package org.dfile.store;

import java.util.List;
import org.dfile.model.FileStatus;

/** A part of the names in order. {@code more} tells whether further names match. */
public record ListResult(List<Entry> entries, boolean more) {

    /** A name with its state; a tombstone has {@code exists} false. */
    public record Entry(FileStatus status, boolean exists) {}

    public ListResult {
        entries = List.copyOf(entries);
    }
}
