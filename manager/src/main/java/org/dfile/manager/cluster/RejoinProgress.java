package org.dfile.manager.cluster;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dfile.manager.cluster.HostsNow.HostNow;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.LiveLines;
import org.dfile.manager.console.Shell;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.ReplicationReport;

/** Shows how a host gets its copies, until it has them all. */
final class RejoinProgress {

    private final Shell shell;
    private final AdminClient admin;
    private final ManagerSettings settings;
    private final HostList list;

    /** @param list which hosts there are; their volumes do not matter */
    RejoinProgress(Shell shell, AdminClient admin, ManagerSettings settings, HostList list) {
        this.shell = shell;
        this.admin = admin;
        this.settings = settings;
        this.list = list;
    }

    /** Waits, for as long as it takes, and returns the exit code. */
    int watch(HostId id) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        LiveLines lines = new LiveLines(shell, List.of(id.text()));
        while (true) {
            HostsNow now = HostsNow.ask(admin, list, settings.replicaTimeout());
            HostNow host = now.of(id);
            if (host.votes()) {
                ReplicationReport done = host.replication().orElseThrow();
                lines.ended(id.text(), "has all its copies: " + brought(done) + " brought");
                return ExitCodes.OK;
            }
            lines.underWay(id.text(), text(host, now.notVotingBut(id)));
            boolean ignored = never.await(settings.rejoinPollInterval().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static String text(HostNow host, List<Host> absent) {
        String waits = absent.isEmpty()
                ? ""
                : "; waits for "
                        + String.join(
                                ", ",
                                absent.stream().map(other -> other.id().text()).toList());
        return host.replication()
                .map(now ->
                        now.incomplete() + " of " + now.slots() + " slots to go, " + brought(now) + " brought" + waits)
                .orElse("does not answer");
    }

    private static String brought(ReplicationReport report) {
        return Amounts.files(report.rejoinedFiles()) + ", " + Amounts.bytes(report.rejoinedBytes());
    }
}
