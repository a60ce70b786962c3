package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "How long to wait for the answer of a node, and again for its process after the answer and after"
                            + " each signal (default: 35 and 40).")
    private @Nullable Integer timeoutSeconds;

    DownCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        ManagerSettings settings = ManagerSettings.load();
        if (timeoutSeconds != null) {
            if (timeoutSeconds < 1) {
                throw new CommandException(ExitCodes.USAGE, "--timeout must be at least 1: " + timeoutSeconds);
            }
            settings = settings.withStopTimeouts(Duration.ofSeconds(timeoutSeconds));
        }
        return new Down(shell, Cluster.find(shell, options), settings, force, acceptNewHostKeys).run();
    }
}
