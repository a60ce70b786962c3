package org.dfile.manager.cluster;

import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.Shell;
import org.dfile.manager.launch.Distribution;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that start nodes. */
final class StartOptions {

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Longest wait for the answer of a host (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 60;

    @Mixin
    private final SshOptions ssh = new SshOptions();

    /** @throws CommandException if an option is wrong, or this machine has no distribution to start nodes from */
    NodeStart read(Shell shell) {
        return new NodeStart(
                ManagerSettings.load(),
                Seconds.timeout(timeoutSeconds),
                Distribution.require(shell),
                ssh.acceptNewHostKeys());
    }
}
