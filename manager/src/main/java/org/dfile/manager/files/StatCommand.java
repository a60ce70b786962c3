package org.dfile.manager.files;

import java.util.List;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.files.PlacementView.HostView;
import org.dfile.manager.replicas.ReplicaAnswer;
import org.dfile.manager.replicas.ReplicaSet;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.FileStatus;
import picocli.CommandLine.Command;

/** {@code dfile stat}: shows what there is to know of a file. */
@Command(name = "stat", description = "Shows size, version and times of a file, and each of its replicas.")
final class StatCommand extends OneFileCommand {

    /** What {@code --json} shows. */
    record StatView(
            String name,
            long size,
            String version,
            long generation,
            long seq,
            String created,
            String modified,
            int slot,
            List<HostView> hosts,
            List<ReplicaRows.Row> replicas) {

        static StatView of(FileStatus status, PlacementView placement, ReplicaRows replicas) {
            return new StatView(
                    status.name().toString(),
                    status.length(),
                    status.version().toString(),
                    status.version().generation(),
                    status.version().seq(),
                    ListingView.iso(status.created()),
                    ListingView.iso(status.modified()),
                    placement.slot(),
                    placement.hosts(),
                    replicas.rows());
        }
    }

    StatCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        FileStatus status;
        ReplicaRows replicas;
        try (ReplicaSource source = cluster.replicas()) {
            status = statFile(files, name());
            List<ReplicaAnswer> answers = source.ask(files.hostList(), status.name());
            replicas = ReplicaRows.of(new ReplicaSet(answers), answers);
        }
        StatView view = StatView.of(status, PlacementView.of(status.name(), files.hostList()), replicas);
        if (json()) {
            Json.print(shell.out(), view);
        } else {
            print("name", view.name());
            print(
                    "size",
                    view.size() < 1024
                            ? view.size() + " bytes"
                            : view.size() + " bytes (" + Amounts.bytes(view.size()) + ")");
            print("version", view.version());
            print("created", ListingView.localTime(status.created()));
            print("modified", ListingView.localTime(status.modified()));
            print("slot", String.valueOf(view.slot()));
            shell.out().println();
            replicas.print(shell.out());
        }
        return ExitCodes.OK;
    }

    private void print(String key, String value) {
        shell.out().printf("%-9s %s%n", key, value);
    }
}
