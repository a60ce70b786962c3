package org.dfile.manager.files;

import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands have in common that show something of one file. */
abstract class OneFileCommand extends FileCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the file.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String target;

    @Option(names = "--json", description = "Prints an object.")
    private boolean json;

    OneFileCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    final FileName name() {
        return name(target);
    }

    final boolean json() {
        return json;
    }

    @Override
    void check() {
        name();
    }
}
