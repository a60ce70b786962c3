package org.dfile.manager.cluster;

import java.util.List;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;

/** The commands on clusters, in the order in which the help shows them. */
public final class ClusterCommands {

    private ClusterCommands() {}

    /** Objects with picocli's {@code @Command}; each takes what it needs in its constructor. */
    public static List<Object> all(Shell shell, GlobalOptions options) {
        return List.of(
                new UpCommand(shell, options),
                new DownCommand(shell, options),
                new StatusCommand(shell, options),
                new ScrubCommand(shell, options),
                new ReplaceDiskCommand(shell, options),
                new PlaygroundCommand(shell));
    }
}
