package org.dfile.store;

import java.util.List;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;

/**
 * Names whose committed state has changed, in the order of their last change.
 *
 * @param upTo the number to go on after
 * @param more whether there are more by now
 */
public record ChangedNames(List<Entry> entries, long upTo, boolean more) {

    public ChangedNames {
        entries = List.copyOf(entries);
    }

    /** A name and its committed state. */
    public record Entry(long number, FileName name, FileVersion version, ChainHash hash, boolean exists) {}
}
