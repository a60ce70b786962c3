package org.dfile.manager.cluster;

import java.time.Duration;
import org.dfile.manager.launch.Distribution;

/**
 * How the nodes of a cluster are started, whichever they are.
 *
 * @param timeout longest wait for the answer of a host
 * @param distribution the program that they run
 */
record NodeStart(ManagerSettings settings, Duration timeout, Distribution distribution, boolean acceptNewHostKeys) {

    HostUp.UpContext of(Cluster cluster, AdminClient admin) {
        return new HostUp.UpContext(
                cluster.launcher(settings, acceptNewHostKeys),
                admin,
                new ProgramCopies(distribution),
                settings,
                timeout);
    }
}
