package org.dfile.manager.hosts;

import java.util.Optional;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;

/**
 * One host of the wish: who it is, and how to get there.
 *
 * @param address where the node is reached by clients and other nodes; its host part is also where SSH connects to
 * @param local whether the node is started on this machine, without SSH
 * @param user SSH user; absent: as in the user's SSH configuration, else the user of the manager
 * @param sshPort absent: as in the user's SSH configuration, else 22
 * @param identity private key file; absent: the agent, the SSH configuration, the usual files in ~/.ssh
 * @param dir folder on the host that holds the node's home and, over SSH, the distribution; relative to the home folder
 * @param data data folder of the node; absent: {@code data} in the node's home
 * @param java the Java to run the node with
 * @param heapBytes most heap of the node
 */
public record HostEntry(
        HostId id,
        HostAddress address,
        boolean local,
        Optional<String> user,
        Optional<Integer> sshPort,
        Optional<String> identity,
        Optional<String> dir,
        Optional<String> data,
        String java,
        long heapBytes) {}
