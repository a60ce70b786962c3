package org.dfile.manager.cluster;

import java.util.concurrent.Callable;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private final SshOptions ssh = new SshOptions();

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
            settings = settings.withStopTimeouts(Seconds.timeout(timeoutSeconds));
        }
        return new Down(shell, Cluster.find(shell, options), settings, force, ssh.acceptNewHostKeys()).run();
    }
}
