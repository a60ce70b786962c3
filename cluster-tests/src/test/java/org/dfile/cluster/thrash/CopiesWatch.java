package org.dfile.cluster.thrash;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.dfile.cluster.RawClient;
import org.dfile.cluster.Stages;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Slot;
import org.dfile.protocol.OperatorReply.Replication;
import org.dfile.protocol.OperatorRequest;
import org.dfile.protocol.ReplicationReport;

/** Follows what nodes say of their copies, as {@code dfile status} does. A node that does not answer is asked again. */
final class CopiesWatch implements AutoCloseable {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final HostList list;
    private final RawClient operator = RawClient.start();

    CopiesWatch(HostList list) {
        this.list = list;
    }

    /** Waits until a host has its vote on all that it keeps. */
    void awaitVotes(Host host, Duration patience) {
        await(host.id() + " has its votes", patience)
                .until(() -> ask(host)
                        .filter(now -> now.slots() > 0 && now.incomplete() == 0)
                        .isPresent());
    }

    /** Waits until the nodes say that all copies are alike. Nobody may be changing anything meanwhile. */
    void awaitAlike(Duration patience) {
        CleanLooks looks = new CleanLooks();
        Map<HostId, ReplicationReport> reports = new HashMap<>();
        try {
            await("all copies are alike", patience).until(() -> {
                reports.clear();
                list.hosts().forEach(host -> ask(host).ifPresent(report -> reports.put(host.id(), report)));
                return reports.size() == list.hosts().size() && looks.areEnough(reports);
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the copies are not alike within " + patience + ": " + reports, e);
        }
    }

    private static ConditionFactory await(String what, Duration patience) {
        return Awaitility.await(what).atMost(patience).pollInterval(POLL_INTERVAL);
    }

    private Optional<ReplicationReport> ask(Host host) {
        return Stages.get(operator.askOperator(host, OperatorRequest.GetReplication::new, ANSWER_WITHIN)
                .handle((reply, error) -> reply instanceof Replication now
                        ? Optional.of(now.report())
                        : Optional.<ReplicationReport>empty()));
    }

    /**
     * A difference counts for a node when two looks in a row have shown it. So there is none if each node has begun two of
     * them since somebody leads every slot, and found nothing.
     */
    private static final class CleanLooks {
        private final Map<HostId, Long> firsts = new HashMap<>();
        private long ledSinceMillis;

        boolean areEnough(Map<HostId, ReplicationReport> reports) {
            long led = reports.values().stream()
                    .mapToLong(ReplicationReport::leading)
                    .sum();
            boolean allThere = reports.values().stream()
                    .allMatch(report ->
                            report.incomplete() == 0 && report.silent().isEmpty());
            if (led != Slot.COUNT || !allThere) {
                ledSinceMillis = 0;
                return false;
            }
            if (ledSinceMillis == 0) {
                ledSinceMillis = System.currentTimeMillis();
                firsts.clear();
            }
            long clean = reports.entrySet().stream()
                    .filter(report -> areTwo(report.getKey(), report.getValue()))
                    .count();
            return clean == reports.size();
        }

        private boolean areTwo(HostId host, ReplicationReport report) {
            long look = report.lastLookMillis();
            if (report.behind() > 0 || report.repairing() > 0 || look < ledSinceMillis) {
                firsts.remove(host);
                return report.leading() == 0;
            }
            return look > firsts.computeIfAbsent(host, any -> look);
        }
    }

    @Override
    public void close() {
        operator.close();
    }
}
