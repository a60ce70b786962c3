package org.dfile.manager.replicas;

import java.util.Optional;
import org.dfile.model.Host;
import org.dfile.protocol.ReplicaReport;
import org.dfile.protocol.ReplicaReport.Holding;

/**
 * What one host said of a file.
 *
 * @param report empty if the host gave no answer that can be used
 * @param silence why not; empty if it answered
 */
public record ReplicaAnswer(Host host, Optional<ReplicaReport> report, String silence) {

    public static ReplicaAnswer of(Host host, ReplicaReport report) {
        return new ReplicaAnswer(host, Optional.of(report), "");
    }

    public static ReplicaAnswer silent(Host host, String why) {
        return new ReplicaAnswer(host, Optional.empty(), why);
    }

    /** Whether this copy counts when a majority is needed (I9). */
    boolean votes() {
        return report.filter(known -> switch (known.holding()) {
                    case FILE, TOMBSTONE, NOTHING -> true;
                    case INCOMPLETE, NO_VOLUME, RECORD_DAMAGED, DIVERGED, NOT_A_REPLICA, UNREADABLE -> false;
                })
                .isPresent();
    }

    boolean holds(Holding holding) {
        return report.filter(known -> known.holding() == holding).isPresent();
    }

    String id() {
        return host.id().text();
    }
}
