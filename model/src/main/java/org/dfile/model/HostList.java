package org.dfile.model;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The formed host list: which hosts make up the cluster, and how many copies each file has. A name's hosts are a pure
 * function of it (see {@link Placement}). Every message carries its version; of two lists the higher version holds.
 *
 * @param version counts from 1, raised by every change of the list
 * @param replicas copies of each file, R; at least 1, at most the number of hosts
 */
public record HostList(ClusterId cluster, long version, int replicas, List<Host> hosts) {

    public static final int MAX_HOSTS = 1_024;

    public HostList {
        hosts = List.copyOf(hosts);
        if (version < 1) {
            throw new IllegalArgumentException("version " + version + " of the host list is below 1");
        }
        if (hosts.isEmpty() || hosts.size() > MAX_HOSTS) {
            throw new IllegalArgumentException("a host list has 1 to " + MAX_HOSTS + " hosts, not " + hosts.size());
        }
        if (replicas < 1 || replicas > hosts.size()) {
            throw new IllegalArgumentException(replicas + " replicas on " + hosts.size() + " hosts");
        }
        checkDistinct(hosts);
    }

    private static void checkDistinct(List<Host> hosts) {
        Set<Object> seen = new HashSet<>();
        for (Host host : hosts) {
            if (!seen.add(host.id()) || !seen.add(host.address()) || !seen.add(host.volume())) {
                throw new IllegalArgumentException("host id, address or volume stands twice in the host list: " + host);
            }
        }
    }

    public ListId id() {
        return new ListId(cluster, version);
    }

    /** Returns how many of a file's R replicas are a majority: any two such sets share one. */
    public int majority() {
        return replicas / 2 + 1;
    }

    public Optional<Host> host(HostId id) {
        return hosts.stream().filter(host -> host.id().equals(id)).findFirst();
    }
}
