package org.dfile.manager.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.hosts.Loopback;
import org.dfile.manager.hosts.Wish;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;

/** Decides what a wish becomes, and whether it still fits what it became. Pure but for the ids, which the caller draws. */
final class Formation {

    /** Copies of each file, where the wish does not say and there are as many hosts. */
    private static final int REPLICAS = 3;

    private static final long FIRST_VERSION = 1;

    private Formation() {}

    /** Forms a new cluster. {@code ids} must never give the same id twice. */
    static Formed form(Wish wish, Supplier<UUID> ids) {
        ClusterId cluster = new ClusterId(ids.get());
        List<Host> hosts = wish.hosts().stream()
                .map(host -> new Host(host.id(), host.address(), new VolumeId(ids.get())))
                .toList();
        return new Formed(new HostList(cluster, FIRST_VERSION, replicas(wish), hosts), Set.of(), Set.of());
    }

    private static int replicas(Wish wish) {
        return wish.replicas().orElse(Math.min(REPLICAS, wish.hosts().size()));
    }

    /** What the wish has otherwise than the formed list, a sentence for each; empty if they agree. */
    static List<String> differences(Wish wish, HostList formed) {
        List<String> differences = new ArrayList<>();
        if (wish.replicas().isPresent() && wish.replicas().getAsInt() != formed.replicas()) {
            differences.add("replicas = " + wish.replicas().getAsInt() + ", was formed with " + formed.replicas());
        }
        for (HostEntry wanted : wish.hosts()) {
            Optional<Host> host = formed.host(wanted.id());
            if (host.isEmpty()) {
                differences.add("host " + wanted.id() + " (" + wanted.address() + ") is new");
            } else if (!host.get().address().equals(wanted.address())) {
                differences.add("host " + wanted.id() + " has address " + wanted.address() + ", was formed with "
                        + host.get().address());
            }
        }
        for (Host host : formed.hosts()) {
            if (!isWanted(wish, host.id())) {
                differences.add("host " + host.id() + " (" + host.address() + ") is missing");
            }
        }
        return differences;
    }

    private static boolean isWanted(Wish wish, HostId id) {
        return wish.hosts().stream().anyMatch(host -> host.id().equals(id));
    }

    /** Hosts that would listen without encryption where other machines can reach them. */
    static List<HostEntry> exposed(Wish wish) {
        return wish.allowPlainTcp()
                ? List.of()
                : wish.hosts().stream()
                        .filter(host -> !Loopback.isLoopback(host.address().host()))
                        .toList();
    }
}
