package org.dfile.manager.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dfile.manager.launch.NodeHome.Format;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/**
 * What the cluster is as the manager knows it: decided by the first {@code up}, and by every disk that was replaced; and
 * how far that got.
 *
 * @param formatted hosts that have answered once: their volumes are formatted and never will be again (I9)
 * @param replaced hosts whose volume is not their first one
 */
record Formed(HostList list, Set<HostId> formatted, Set<HostId> replaced) {

    Formed {
        formatted = Set.copyOf(formatted);
        replaced = Set.copyOf(replaced);
        for (Set<HostId> known : List.of(formatted, replaced)) {
            known.stream().filter(id -> list.host(id).isEmpty()).findAny().ifPresent(id -> {
                throw new IllegalArgumentException("host " + id + " is not in the list");
            });
        }
    }

    Formed withFormatted(HostId id) {
        Set<HostId> more = new TreeSet<>(formatted);
        more.add(id);
        return new Formed(list, more, replaced);
    }

    /** The same cluster with a list in which the volumes of some hosts are new: none of those is formatted yet. */
    Formed withList(HostList next) {
        Set<HostId> fresh = new TreeSet<>();
        for (Host host : next.hosts()) {
            if (!list.host(host.id()).map(Host::volume).equals(Optional.of(host.volume()))) {
                fresh.add(host.id());
            }
        }
        Set<HostId> stillFormatted = new TreeSet<>(formatted);
        stillFormatted.removeAll(fresh);
        Set<HostId> allReplaced = new TreeSet<>(replaced);
        allReplaced.addAll(fresh);
        return new Formed(next, stillFormatted, allReplaced);
    }

    /** Whether the host has a volume that is to come in the place of a lost one, and was never seen formatted. */
    boolean awaitsReplacement(HostId id) {
        return replaced.contains(id) && !formatted.contains(id);
    }

    /** What the node of this host may do with an empty directory. */
    Format format(HostId id) {
        if (formatted.contains(id)) {
            return Format.NO;
        }
        return replaced.contains(id) ? Format.REPLACEMENT : Format.NEW;
    }
}
