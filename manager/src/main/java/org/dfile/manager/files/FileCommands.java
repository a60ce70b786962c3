package org.dfile.manager.files;

import java.util.List;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;

/** The commands on files, in the order in which the help shows them. */
public final class FileCommands {

    private FileCommands() {}

    /** Objects with picocli's {@code @Command}; each takes what it needs in its constructor. */
    public static List<Object> all(Shell shell, GlobalOptions options) {
        return all(shell, new ConfiguredCluster(shell, options));
    }

    static List<Object> all(Shell shell, ClusterAccess cluster) {
        FileSettings settings = FileSettings.load();
        return List.of(
                new PutCommand(shell, cluster, settings),
                new GetCommand(shell, cluster, settings),
                new CatCommand(shell, cluster, settings),
                new AppendCommand(shell, cluster, settings),
                new LsCommand(shell, cluster, settings),
                new StatCommand(shell, cluster, settings),
                new WhereCommand(shell, cluster, settings),
                new RmCommand(shell, cluster, settings));
    }
}
