package org.dfile.manager.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Interruption;
import org.dfile.manager.console.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile scrub}. */
@Command(
        name = "scrub",
        description =
                "Has nodes read and check everything they keep, and lists what is damaged. Nodes do it by themselves at"
                        + " a bounded rate, also over restarts: this command starts it, or joins one under way, and waits."
                        + " Ctrl-C ends the waiting, not the scrub.")
final class ScrubCommand implements Callable<Integer> {

    private final Shell shell;
    private final GlobalOptions options;

    @Parameters(paramLabel = "HOST", description = "Ids of hosts; without any, all hosts of the cluster.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--no-wait", description = "Returns once the scrubs are started; \"dfile status\" shows the rest.")
    private boolean noWait;

    @Option(names = "--json", description = "Prints one JSON object, at the end.")
    private boolean json;

    ScrubCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        Scrub scrub = new Scrub(shell, Cluster.find(shell, options), ManagerSettings.load(), json);
        Interruption interruption = Interruption.watch();
        try {
            return scrub.run(hosts, !noWait);
        } catch (InterruptedException e) {
            shell.err().println("no longer waiting; the scrub goes on, \"dfile status\" shows how far it is");
            return Interruption.EXIT_CODE;
        } finally {
            interruption.end();
        }
    }
}
