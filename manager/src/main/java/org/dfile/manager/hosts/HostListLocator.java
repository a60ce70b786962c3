package org.dfile.manager.hosts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;

/** Finds the host list that a command is about. */
public final class HostListLocator {

    private static final Path IN_FOLDER = Path.of("conf", "hosts.conf");

    private final Shell shell;
    private final Optional<Path> distribution;

    /**
     * A locator for the commands of {@code shell}.
     *
     * @param distribution folder that the program runs from, with {@code conf} in it or up to two levels above
     */
    public HostListLocator(Shell shell, Optional<Path> distribution) {
        this.shell = shell;
        this.distribution = distribution;
    }

    /**
     * The file of {@code -c}, whether or not it exists; else that of {@code DFILE_HOSTS}; else the first that exists of
     * the usual ones.
     *
     * @throws CommandException if there is none
     */
    public Path locate(GlobalOptions options) {
        Optional<Path> named =
                options.config().or(() -> shell.variable("DFILE_HOSTS").map(Path::of));
        if (named.isPresent()) {
            return shell.resolve(named.get());
        }
        List<Path> usual = usual();
        return usual.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        ExitCodes.USAGE,
                        "no host list found; name one with -c FILE or start with \"dfile up HOST...\". Looked for "
                                + usual.stream().map(Path::toString).collect(Collectors.joining(", "))));
    }

    /** Where {@code up HOST...} writes its list if nothing else is said. */
    public Path userFile() {
        return shell.home().resolve(".dfile").resolve("hosts.conf");
    }

    private List<Path> usual() {
        List<Path> files = new ArrayList<>();
        files.add(shell.resolve(IN_FOLDER));
        files.add(userFile());
        distribution.ifPresent(root -> {
            files.add(root.resolve(IN_FOLDER));
            files.add(root.resolve("..").resolve(IN_FOLDER).normalize());
            files.add(root.resolve("../..").resolve(IN_FOLDER).normalize()); // a source checkout
        });
        return files;
    }
}
