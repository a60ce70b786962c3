package org.dfile.store;

import java.util.List;
import java.util.Optional;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;

/**
 * Records of one slot in order of names, of one moment.
 *
 * @param more whether records after the last one are left
 * @param floor of the slot, at least as it was when the records were read
 */
public record SlotPage(Slot slot, List<Entry> entries, boolean more, long floor) {

    public SlotPage {
        entries = List.copyOf(entries);
    }

    /**
     * What is here of a file.
     *
     * @param committed {@link Committed#NONE} if there is only a pending batch
     */
    public record Entry(FileName name, Committed committed, Optional<Pending> pending) {}
}
