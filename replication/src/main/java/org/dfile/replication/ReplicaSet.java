package org.dfile.replication;

import java.util.List;
import org.dfile.model.HostId;

/**
 * The hosts that keep a slot, as one of them sees it.
 *
 * @param hosts all of them, this one included, in the order in which they should coordinate
 * @param majority how many of them bind the others: more than half; tests show what breaks with fewer
 */
public record ReplicaSet(HostId self, List<HostId> hosts, int majority) {

    public ReplicaSet {
        hosts = List.copyOf(hosts);
        if (!hosts.contains(self)) {
            throw new IllegalArgumentException(self + " is not one of " + hosts);
        }
    }

    public ReplicaSet(HostId self, List<HostId> hosts) {
        this(self, hosts, hosts.size() / 2 + 1);
    }

    public List<HostId> others() {
        return hosts.stream().filter(host -> !host.equals(self)).toList();
    }

    public boolean isMajority(int count) {
        return count >= majority;
    }
}
