package org.dfile.manager.cluster;

import java.util.Set;
import java.util.TreeSet;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/**
 * What the first {@code up} decided for good, and how far it got.
 *
 * @param formatted hosts that have answered once: their volumes are formatted and never will be again (I9)
 */
record Formed(HostList list, Set<HostId> formatted) {

    Formed {
        formatted = Set.copyOf(formatted);
        for (HostId id : formatted) {
            if (list.host(id).isEmpty()) {
                throw new IllegalArgumentException("formatted host " + id + " is not in the list");
            }
        }
    }

    Formed withFormatted(HostId id) {
        Set<HostId> more = new TreeSet<>(formatted);
        more.add(id);
        return new Formed(list, more);
    }

    /** Whether the node of this host may format its volume. */
    boolean mayFormat(HostId id) {
        return !formatted.contains(id);
    }
}
