package org.dfile.manager.files;

import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Table;
import org.dfile.model.FileName;
import org.dfile.model.HostList;
import picocli.CommandLine.Command;

/** {@code dfile where}: computes which hosts keep a file. */
@Command(
        name = "where",
        description = "Computes which hosts keep a file of this name, whether or not there is one.",
        footer = {
            "",
            "Nodes are asked only if this machine does not know the formed host list. The slot is the first three digits of"
                    + " the SHA-256 of the name.",
        })
final class WhereCommand extends PlacedFileCommand {

    WhereCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    int show(FileName name, HostList list) {
        PlacementView placement = PlacementView.of(name, list);
        if (json()) {
            Json.print(shell.out(), placement);
        } else {
            print(placement);
        }
        return ExitCodes.OK;
    }

    private void print(PlacementView placement) {
        shell.out().println("slot " + placement.slot() + String.format(" (%03x)", placement.slot()));
        Table table = new Table("HOST", "ADDRESS", "WEIGHT");
        placement.hosts().forEach(host -> table.row(host.id(), host.address(), host.weight()));
        table.print(shell.out());
    }
}
