package org.dfile.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;

/** Formed host lists of loopback clusters, as a manager would make them. */
public final class FormedLists {

    private FormedLists() {}

    /** Returns the list of a new cluster: hosts n1, n2, ... at these ports. */
    public static HostList onPorts(List<Integer> ports) {
        List<Host> hosts = new ArrayList<>();
        for (int port : ports) {
            hosts.add(new Host(
                    new HostId("n" + (hosts.size() + 1)),
                    new HostAddress("127.0.0.1", port),
                    new VolumeId(UUID.randomUUID())));
        }
        return new HostList(new ClusterId(UUID.randomUUID()), 1, 1, hosts);
    }

    public static HostList ofSize(int hosts) {
        return onPorts(FreePorts.take(hosts));
    }

    /** Returns the same hosts under the next version. */
    public static HostList next(HostList list) {
        return new HostList(list.cluster(), list.version() + 1, list.replicas(), list.hosts());
    }

    public static List<HostAddress> addresses(HostList list) {
        return list.hosts().stream().map(Host::address).toList();
    }
}
