package org.dfile.manager.launch;

import org.dfile.manager.hosts.HostEntry;

/** Gets hands on a host. */
public interface Launcher {

    /**
     * Connects to the host; blocks.
     *
     * @throws LaunchException if there is no way to the host
     */
    NodeHost connect(HostEntry host) throws LaunchException;
}
