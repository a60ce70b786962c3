package org.dfile.actors.hosts;

import java.util.Optional;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;

/**
 * Which host list may follow which (I16). All that may change is the volume of a host, one with each version: then
 * placement, and with it who replicates what, stays as it is.
 */
final class Succession {

    private Succession() {}

    /** Returns why {@code next} cannot follow {@code ours}, perhaps after others in between; empty if it can. */
    static Optional<String> refusal(HostList ours, HostList next) {
        if (!next.cluster().equals(ours.cluster())) {
            return Optional.of("it is of cluster " + next.cluster() + ", not of " + ours.cluster());
        }
        if (next.version() <= ours.version()) {
            return Optional.of("version " + next.version() + " does not follow version " + ours.version());
        }
        if (next.replicas() != ours.replicas()
                || next.hosts().size() != ours.hosts().size()) {
            return Optional.of("it changes the number of hosts or of copies");
        }
        return replacedVolumes(ours, next);
    }

    private static Optional<String> replacedVolumes(HostList ours, HostList next) {
        long replaced = 0;
        for (Host host : ours.hosts()) {
            Optional<Host> there = next.host(host.id());
            if (there.isEmpty() || !there.get().address().equals(host.address())) {
                return Optional.of("it changes host " + host.id());
            }
            replaced += there.get().volume().equals(host.volume()) ? 0 : 1;
        }
        return replaced > next.version() - ours.version()
                ? Optional.of("it replaces " + replaced + " volumes at once, and versions bring one each")
                : Optional.empty();
    }

    /** Whether the list gives the host another volume. */
    static boolean replacesVolumeOf(HostId self, HostList ours, HostList next) {
        return !ours.host(self).map(Host::volume).equals(next.host(self).map(Host::volume));
    }
}
