package org.dfile.manager.cluster;

import java.util.concurrent.Callable;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dfile status}. */
@Command(
        name = "status",
        description = "Shows how every node is. A node that does not answer within 2 s is shown as DOWN.")
final class StatusCommand implements Callable<Integer> {

    private final Shell shell;
    private final GlobalOptions options;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    StatusCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        return new Status(shell, Cluster.find(shell, options), ManagerSettings.load()).run(json);
    }
}
