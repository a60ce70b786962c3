package org.dfile.store;

import java.util.List;
import org.dfile.model.FileStatus;
import org.dfile.model.Slot;

/**
 * A part of the names in order.
 *
 * @param more whether further names match
 * @param incomplete slots of which not all records are here, see {@link SlotState#complete}
 */
public record ListResult(List<Entry> entries, boolean more, List<Slot> incomplete) {

    /**
     * A name with its state.
     *
     * @param status of the committed state; of version {@code NONE} if there is none
     * @param exists false for a tombstone, and for a name without a committed state
     * @param pending whether a pending batch creates or deletes the file
     */
    public record Entry(FileStatus status, boolean exists, boolean pending) {}

    public ListResult {
        entries = List.copyOf(entries);
        incomplete = List.copyOf(incomplete);
    }
}
