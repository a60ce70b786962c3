package org.dfile.manager.hosts;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a host list file asks for. Host ids and addresses are distinct.
 *
 * @param file where it was read from
 * @param cluster name of the cluster, for people only
 * @param allowPlainTcp whether nodes may listen without TLS on addresses that others can reach
 * @param replicas copies of each file; absent: 3, or as many as there are hosts
 */
public record Wish(Path file, String cluster, boolean allowPlainTcp, OptionalInt replicas, List<HostEntry> hosts) {

    public Wish {
        hosts = List.copyOf(hosts);
    }
}
