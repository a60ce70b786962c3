package org.dfile.manager.cluster;

import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Interruption;
import org.dfile.manager.console.Shell;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.model.HostId;

/** Replaces the volume of one host, as its own run of {@link Replacement} under the cluster's lock, and waits for its copies. */
final class ReplaceDisk {

    private final Shell shell;
    private final Cluster cluster;
    private final NodeStart start;

    ReplaceDisk(Shell shell, Cluster cluster, NodeStart start) {
        this.shell = shell;
        this.cluster = cluster;
        this.start = start;
    }

    /** Returns the exit code. */
    int run(HostId id, boolean acceptLoss, boolean wait) throws InterruptedException {
        HostEntry host = cluster.wish().hosts().stream()
                .filter(entry -> entry.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new CommandException(ExitCodes.USAGE, "host " + id + " is not in the host list"));
        Formed formed = formed();
        try (AdminClient admin = AdminClient.start(cluster.contacts())) {
            HostUp.UpContext context = start.of(cluster, admin);
            ClusterLock.hold(cluster.folder().lockFile(), "replace-disk", () -> {
                replace(new Replacement(shell, cluster, context, host, formed), acceptLoss);
                return ExitCodes.OK;
            });
            return wait ? new RejoinProgress(shell, admin, start.settings(), formed.list()).watch(id) : ExitCodes.OK;
        }
    }

    private static void replace(Replacement replacement, boolean acceptLoss) {
        try {
            replacement.run(acceptLoss);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(Interruption.EXIT_CODE, "interrupted; the same command goes on where it was", e);
        }
    }

    private Formed formed() {
        Formed formed = cluster.folder()
                .formed()
                .orElseThrow(() -> new CommandException(
                        ExitCodes.REFUSED, "this cluster was never up, so no disk of it can be lost"));
        cluster.checkIsAsFormed(formed.list());
        return formed;
    }
}
