package org.dfile.manager.files;

import java.util.List;
import java.util.stream.Collectors;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.files.PlacementView.HostView;
import org.dfile.model.FileStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile stat}: shows what there is to know of a file. */
@Command(name = "stat", description = "Shows size, version, times and hosts of a file.")
final class StatCommand extends FileCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the file.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String target;

    @Option(names = "--json", description = "Prints an object.")
    private boolean json;

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
            List<HostView> hosts) {

        static StatView of(FileStatus status, PlacementView placement) {
            return new StatView(
                    status.name().toString(),
                    status.length(),
                    status.version().toString(),
                    status.version().generation(),
                    status.version().seq(),
                    ListingView.iso(status.created()),
                    ListingView.iso(status.modified()),
                    placement.slot(),
                    placement.hosts());
        }
    }

    StatCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        name(target);
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        FileStatus status = statFile(files, name(target));
        StatView view = StatView.of(status, PlacementView.of(status.name(), files.hostList()));
        if (json) {
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
            print(
                    "hosts",
                    view.hosts().stream()
                            .map(host -> host.id() + " (" + host.address() + ")")
                            .collect(Collectors.joining(", ")));
        }
        return ExitCodes.OK;
    }

    private void print(String key, String value) {
        shell.out().printf("%-9s %s%n", key, value);
    }
}
