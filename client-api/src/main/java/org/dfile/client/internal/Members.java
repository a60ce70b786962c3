package org.dfile.client.internal;

import java.util.List;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.Placement;

/** The host list as this client knows it; a newer one of the same cluster replaces it. */
final class Members {

    private volatile Placement placement;

    Members(HostList list) {
        this.placement = new Placement(list);
    }

    HostList list() {
        return placement.list();
    }

    Placement placement() {
        return placement;
    }

    List<Host> replicasOf(FileName name) {
        return placement.replicasOf(name);
    }

    /** Takes over a list that a host sent, if it is newer and of this cluster. */
    synchronized void install(HostList newer) {
        if (supersedes(newer, placement.list())) {
            placement = new Placement(newer);
        }
    }

    private static boolean supersedes(HostList newer, HostList known) {
        return newer.cluster().equals(known.cluster()) && newer.version() > known.version();
    }
}
