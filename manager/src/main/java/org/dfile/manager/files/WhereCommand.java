package org.dfile.manager.files;

import java.util.Optional;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Table;
import org.dfile.model.FileName;
import org.dfile.model.HostList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile where}: computes which hosts keep a file. */
@Command(
        name = "where",
        description = "Computes which hosts keep a file of this name, whether or not there is one.",
        footer = {
            "",
            "Nodes are asked only if this machine does not know the formed host list. The slot is the first three digits of"
                    + " the SHA-256 of the name.",
        })
final class WhereCommand extends FileCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the file.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String target;

    @Option(names = "--json", description = "Prints an object.")
    private boolean json;

    WhereCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        name(target);
    }

    @Override
    public Integer call() {
        FileName name = name(target);
        Optional<HostList> known = cluster.formedList();
        if (known.isEmpty()) {
            return super.call();
        }
        show(PlacementView.of(name, known.get()));
        return ExitCodes.OK;
    }

    @Override
    int run(DFileSystem files) {
        show(PlacementView.of(name(target), files.hostList()));
        return ExitCodes.OK;
    }

    private void show(PlacementView placement) {
        if (json) {
            Json.print(shell.out(), placement);
            return;
        }
        shell.out().println("slot " + placement.slot() + String.format(" (%03x)", placement.slot()));
        Table table = new Table("HOST", "ADDRESS", "WEIGHT");
        placement.hosts().forEach(host -> table.row(host.id(), host.address(), host.weight()));
        table.print(shell.out());
    }
}
