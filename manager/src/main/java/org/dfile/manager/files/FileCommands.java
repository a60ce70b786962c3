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
        return List.of(
                new PutCommand(shell, cluster),
                new GetCommand(shell, cluster),
                new CatCommand(shell, cluster),
                new AppendCommand(shell, cluster),
                new LsCommand(shell, cluster),
                new StatCommand(shell, cluster),
                new WhereCommand(shell, cluster),
                new DoctorCommand(shell, cluster),
                new RmCommand(shell, cluster));
    }
}
