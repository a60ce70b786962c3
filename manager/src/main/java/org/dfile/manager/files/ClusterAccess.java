package org.dfile.manager.files;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;

/** How commands on files find the cluster that {@code -c} names. */
interface ClusterAccess {

    /**
     * The hosts of the host list, all of them.
     *
     * @throws CommandException if there is no host list, or it is wrong
     */
    List<HostAddress> contacts();

    /** The formed host list as the manager remembers it; empty if it formed none. */
    Optional<HostList> formedList();

    CompletionStage<DFileSystem> connect(ClientSettings settings);

    /** Asks hosts what they hold of a file. Close it. */
    ReplicaSource replicas();

    /** How the command line of this cluster begins: {@code dfile}, or {@code dfile -c FILE}. */
    String commandLine();
}
