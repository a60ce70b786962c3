package org.dfile.manager.cluster;

import java.util.concurrent.Callable;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dfile down}. */
@Command(
        name = "down",
        description =
                "Stops every node: it finishes what runs, syncs, closes and leaves. A node that does not answer gets"
                        + " SIGTERM.")
final class DownCommand implements Callable<Integer> {

    private final Shell shell;
    private final GlobalOptions options;

    @Option(names = "--force", description = "A node that does not leave after SIGTERM either is killed by SIGKILL.")
    private boolean force;

    @Option(
            names = "--accept-new-host-keys",
            description =
                    "Takes over the SSH keys of hosts that are not in known_hosts. A changed key is always refused.")
    private boolean acceptNewHostKeys;

    DownCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        return new Down(shell, Cluster.find(shell, options), ManagerSettings.load(), force, acceptNewHostKeys).run();
    }
}
