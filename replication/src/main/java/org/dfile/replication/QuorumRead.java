package org.dfile.replication;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;

/**
 * A read without a coordinator (I7): a majority reports, after the read arrived, the same committed state and no pending
 * batch. Nothing is raised or changed by it, so slow hosts are not fought for. After "consistent quorums" of Skrzypczak,
 * Schintke and Schütt (RMWPaxos, 2020).
 */
public final class QuorumRead {

    /** What one replica reports. An amnesiac one reports nothing (I9). */
    public record Report(StateId committed, boolean pending) {}

    private final ReplicaSet replicas;
    private final Map<HostId, Report> reports = new HashMap<>();

    public QuorumRead(ReplicaSet replicas) {
        this.replicas = replicas;
    }

    /** Counts a report that was asked for by this read. */
    public void on(HostId from, Report report) {
        reports.put(from, report);
    }

    /** Returns the state that may be answered from, once a majority agrees. */
    public Optional<StateId> agreed() {
        return reports.values().stream()
                .filter(report -> !report.pending())
                .map(Report::committed)
                .filter(id -> replicas.isMajority((int) reports.values().stream()
                        .filter(other -> !other.pending() && other.committed().equals(id))
                        .count()))
                .findFirst();
    }

    /** Whether those who have not reported could still make a majority. */
    public boolean isOpen() {
        int silent = replicas.hosts().size() - reports.size();
        int most = reports.values().stream()
                .filter(report -> !report.pending())
                .mapToInt(report -> (int) reports.values().stream()
                        .filter(other -> other.equals(report))
                        .count())
                .max()
                .orElse(0);
        return agreed().isEmpty() && replicas.isMajority(most + silent);
    }
}
