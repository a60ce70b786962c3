package org.dfile.replication;

import java.util.List;
import org.dfile.model.HostId;

/**
 * The hosts that keep a slot, as one of them sees it.
 *
 * @param hosts all of them, this one included, in the order in which they should coordinate
 */
public record ReplicaSet(HostId self, List<HostId> hosts) {

    public ReplicaSet {
        hosts = List.copyOf(hosts);
        if (!hosts.contains(self)) {
            throw new IllegalArgumentException(self + " is not one of " + hosts);
        }
    }

    public List<HostId> others() {
        return hosts.stream().filter(host -> !host.equals(self)).toList();
    }

    /** Returns how many are more than half of all. */
    public int majority() {
        return hosts.size() / 2 + 1;
    }

    public boolean isMajority(int count) {
        return count >= majority();
    }
}
