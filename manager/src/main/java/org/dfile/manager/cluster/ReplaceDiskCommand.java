package org.dfile.manager.cluster;

import java.util.concurrent.Callable;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Interruption;
import org.dfile.manager.console.Shell;
import org.dfile.model.HostId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile replace-disk}. */
@Command(
        name = "replace-disk",
        description =
                "Gives a host whose disk is lost a new, empty volume, which takes its copies from the other hosts.",
        footer = {
            "",
            "The data folder of HOST has to be empty or missing, and its node down or AMNESIAC. The cluster itself decides the"
                    + " new host list; then the host takes its copies from all other hosts that have them, which have to be"
                    + " up. Ctrl-C ends only the waiting. Running it again goes on where it was.",
        })
final class ReplaceDiskCommand implements Callable<Integer> {

    private final Shell shell;
    private final GlobalOptions options;

    @Parameters(paramLabel = "HOST", description = "Id of the host in the host list.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String host;

    @Option(
            names = "--accept-loss",
            description =
                    "Does not wait for hosts that do not answer: what they alone know is lost. It shows what that may"
                            + " be, asks for the name of the cluster, and marks the files.")
    private boolean acceptLoss;

    @Option(names = "--no-wait", description = "Does not wait until the host has all its copies.")
    private boolean noWait;

    @Mixin
    private final StartOptions start = new StartOptions();

    ReplaceDiskCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        ReplaceDisk replaceDisk = new ReplaceDisk(shell, Cluster.find(shell, options), start.read(shell));
        Interruption interruption = Interruption.watch();
        try {
            return replaceDisk.run(hostId(), acceptLoss, !noWait);
        } catch (InterruptedException e) {
            shell.err().println("dfile: interrupted; what was begun goes on, \"dfile status\" shows how far it is");
            return Interruption.EXIT_CODE;
        } finally {
            interruption.end();
        }
    }

    private HostId hostId() {
        try {
            return new HostId(host);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
