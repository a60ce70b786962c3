package org.dfile.manager.cluster;

import org.dfile.model.HostId;

/** Keeps {@link Formed} in step with its file while several hosts come up. Safe for use by many threads. */
final class FormedKeeper {

    private final ClusterFolder folder;
    private Formed formed;

    FormedKeeper(ClusterFolder folder, Formed formed) {
        this.folder = folder;
        this.formed = formed;
    }

    synchronized Formed now() {
        return formed;
    }

    /** When this returns, it is on disk that the volume of this host must never be formatted again. */
    synchronized void markFormatted(HostId id) {
        if (!formed.formatted().contains(id)) {
            Formed next = formed.withFormatted(id);
            folder.save(next);
            formed = next;
        }
    }
}
