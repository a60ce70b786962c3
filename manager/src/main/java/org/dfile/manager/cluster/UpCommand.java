package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.dfile.manager.hosts.AdHocList;
import org.dfile.manager.hosts.HostListLocator;
import org.dfile.manager.launch.Distribution;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile up}. */
@Command(
        name = "up",
        description = "Starts every node that does not run, on this machine or over SSH, and waits until all answer.")
final class UpCommand implements Callable<Integer> {

    private final Shell shell;
    private final GlobalOptions options;

    @Parameters(
            arity = "0..*",
            paramLabel = "HOST",
            description = "[USER@]HOST[:PORT], instead of a host list; loopback hosts are started without SSH. The list"
                    + " made of them is saved.")
    private List<String> hosts = List.of();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the nodes of HOST... (default: ${DEFAULT-VALUE}).")
    private int port = 7400;

    @Option(
            names = "--save",
            paramLabel = "FILE",
            description = "Where the list of HOST... is saved (default: ~/.dfile/hosts.conf).")
    private @Nullable Path save;

    @Option(
            names = "--allow-plain-tcp",
            description = "HOST... may be reached by other machines, although nodes talk without encryption.")
    private boolean allowPlainTcp;

    @Mixin
    private final StartOptions start = new StartOptions();

    UpCommand(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public Integer call() {
        NodeStart how = start.read(shell);
        Cluster cluster = hosts.isEmpty() ? Cluster.find(shell, options) : Cluster.read(shell, saveList());
        return new Up(shell, cluster, how).run();
    }

    private Path saveList() {
        if (options.config().isPresent()) {
            throw new CommandException(
                    ExitCodes.USAGE, "either -c FILE or HOST..., not both; --save FILE names a new list");
        }
        Path file = save == null
                ? new HostListLocator(shell, Distribution.find(shell).map(Distribution::root)).userFile()
                : shell.resolve(save);
        String text = AdHocList.render(hosts, port, allowPlainTcp);
        try {
            if (Files.exists(file) && !Files.readString(file).equals(text)) {
                throw new CommandException(
                        ExitCodes.REFUSED,
                        file
                                + " holds another host list; use it with -c, or save the new one elsewhere with --save FILE");
            }
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, UTF_8);
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, "the host list cannot be saved: " + e, e);
        }
        shell.out().println("host list saved; from now on: dfile -c " + file + " status");
        return file;
    }
}
