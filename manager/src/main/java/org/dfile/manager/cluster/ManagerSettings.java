package org.dfile.manager.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;

/** Typed view of {@code dfile.manager}; each value is explained in this module's {@code reference.conf}. */
record ManagerSettings(
        int parallelHosts,
        Duration sshConnectTimeout,
        Duration commandTimeout,
        Duration statusTimeout,
        Duration replicaTimeout,
        Duration killTimeout,
        Duration exitTimeout,
        Duration pollInterval,
        Duration scrubPollInterval,
        Duration scrubPatience,
        Duration rejoinPollInterval,
        String remoteDir,
        long nodeDirectMemoryBytes) {

    ManagerSettings {
        if (parallelHosts < 1) {
            throw new IllegalArgumentException("dfile.manager.parallel-hosts must be at least 1: " + parallelHosts);
        }
    }

    /** These settings with other limits for a node that is to leave. */
    ManagerSettings withStopTimeouts(Duration timeout) {
        return new ManagerSettings(
                parallelHosts,
                sshConnectTimeout,
                commandTimeout,
                statusTimeout,
                replicaTimeout,
                timeout,
                timeout,
                pollInterval,
                scrubPollInterval,
                scrubPatience,
                rejoinPollInterval,
                remoteDir,
                nodeDirectMemoryBytes);
    }

    static ManagerSettings load() {
        Config config = ConfigFactory.defaultReference(ManagerSettings.class.getClassLoader())
                .getConfig("dfile.manager");
        return new ManagerSettings(
                config.getInt("parallel-hosts"),
                config.getDuration("ssh-connect-timeout"),
                config.getDuration("command-timeout"),
                config.getDuration("status-timeout"),
                config.getDuration("replica-timeout"),
                config.getDuration("kill-timeout"),
                config.getDuration("exit-timeout"),
                config.getDuration("poll-interval"),
                config.getDuration("scrub-poll-interval"),
                config.getDuration("scrub-patience"),
                config.getDuration("rejoin-poll-interval"),
                config.getString("remote-dir"),
                config.getBytes("node-direct-memory"));
    }
}
