package org.dfile.manager.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.hosts.HostListLocator;
import org.dfile.manager.hosts.HostListReader;
import org.dfile.manager.hosts.Wish;
import org.dfile.manager.launch.Distribution;
import org.dfile.manager.launch.Launcher;
import org.dfile.manager.launch.LocalLauncher;
import org.dfile.manager.launch.SshLauncher;
import org.dfile.manager.launch.SshSettings;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;

/** The cluster that a command is about: its host list as written, and what the manager remembers of it. */
public final class Cluster {

    private final Shell shell;
    private final Wish wish;
    private final ClusterFolder folder;

    private Cluster(Shell shell, Wish wish) {
        this.shell = shell;
        this.wish = wish;
        this.folder = ClusterFolder.of(wish.file());
    }

    /**
     * The cluster of {@code -c}, or of the host list in one of the usual places.
     *
     * @throws CommandException if there is no host list, or it is wrong
     */
    public static Cluster find(Shell shell, GlobalOptions options) {
        Optional<Path> distribution = Distribution.find(shell).map(Distribution::root);
        return read(shell, new HostListLocator(shell, distribution).locate(options));
    }

    static Cluster read(Shell shell, Path hostListFile) {
        return new Cluster(shell, HostListReader.read(hostListFile));
    }

    /** The addresses of all hosts of the host list. */
    public List<HostAddress> contacts() {
        return wish.hosts().stream().map(HostEntry::address).toList();
    }

    /** The list that the cluster was formed with; empty if it was not formed from here. */
    public Optional<HostList> formedList() {
        return folder.formed().map(Formed::list);
    }

    /** @throws CommandException if the host list was changed since the cluster was formed */
    void checkIsAsFormed(HostList formed) {
        List<String> differences = Formation.differences(wish, formed);
        if (!differences.isEmpty()) {
            throw new CommandException(
                    ExitCodes.REFUSED,
                    wish.file() + " differs from what the cluster was formed with:\n  "
                            + String.join("\n  ", differences)
                            + "\nHosts of a formed cluster cannot be changed in this version: put the list back as it was.");
        }
    }

    Wish wish() {
        return wish;
    }

    ClusterFolder folder() {
        return folder;
    }

    /** The way to each host, chosen by its {@code local}. */
    Launcher launcher(ManagerSettings settings, boolean acceptNewHostKeys) {
        Launcher local = new LocalLauncher(shell.home(), folder.nodes(), settings.commandTimeout());
        if (wish.hosts().stream().allMatch(HostEntry::local)) {
            return local;
        }
        Launcher ssh = sshLauncher(settings, acceptNewHostKeys);
        return host -> (host.local() ? local : ssh).connect(host);
    }

    private Launcher sshLauncher(ManagerSettings settings, boolean acceptNewHostKeys) {
        SshSettings ssh = new SshSettings(
                shell.home(),
                shell.variable("SSH_AUTH_SOCK").map(Path::of),
                System.getProperty("user.name"),
                acceptNewHostKeys,
                settings.sshConnectTimeout(),
                settings.commandTimeout());
        try {
            return new SshLauncher(ssh, settings.remoteDir());
        } catch (IOException e) {
            throw new CommandException(ExitCodes.FAILED, String.valueOf(e.getMessage()), e);
        }
    }
}
