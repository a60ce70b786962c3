package org.dfile.manager.cluster;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.Table;
import org.dfile.model.HostId;
import org.dfile.protocol.ReplicationReport;

/** How the copies of each host are, for {@code status}: what it leads, what is missing, how far repair and rejoin are. */
final class ReplicationTable {

    private final Table table =
            new Table("HOST", "SLOTS", "LEADS", "BEHIND", "REPAIRING", "REPAIRED", "LAST LOOK", "REJOIN", "SILENT");
    private boolean empty = true;

    void add(String host, ReplicationReport report) {
        empty = false;
        table.row(
                host,
                report.slots(),
                report.leading(),
                report.behind(),
                report.repairing(),
                report.repaired(),
                report.lastLookMillis() == 0 ? "-" : ago(report.lastLookMillis()) + " ago",
                rejoin(report),
                silent(report.silent()));
    }

    private static String rejoin(ReplicationReport report) {
        return report.incomplete() == 0
                ? "-"
                : report.incomplete() + " slots to go, " + Amounts.files(report.rejoinedFiles()) + ", "
                        + Amounts.bytes(report.rejoinedBytes()) + " brought";
    }

    private static String silent(Map<HostId, Long> hosts) {
        return hosts.isEmpty()
                ? "-"
                : new TreeMap<>(hosts)
                        .entrySet().stream()
                                .map(host -> host.getKey() + " for " + ago(host.getValue()))
                                .collect(Collectors.joining(", "));
    }

    static String ago(long atMillis) {
        Duration time = Duration.between(Instant.ofEpochMilli(atMillis), Instant.now());
        if (time.toMinutes() < 1) {
            return time.toSeconds() + " s";
        }
        return time.toHours() < 1
                ? time.toMinutes() + " min"
                : time.toDays() < 2 ? time.toHours() + " h" : time.toDays() + " d";
    }

    void print(PrintStream out) {
        if (!empty) {
            out.println();
            table.print(out);
        }
    }
}
