package org.dfile.manager.files;

import java.util.Optional;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import org.dfile.model.HostList;

/**
 * What commands have in common that need only the host list: where this machine knows the formed one they start no client,
 * which a cluster without a majority would not serve.
 */
abstract class PlacedFileCommand extends OneFileCommand {

    PlacedFileCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    /** Does the work and returns the exit code. */
    abstract int show(FileName name, HostList list);

    @Override
    public final Integer call() {
        FileName name = name();
        Optional<HostList> known = cluster.formedList();
        return known.isEmpty() ? super.call() : Integer.valueOf(show(name, known.get()));
    }

    @Override
    final int run(DFileSystem files) {
        return show(name(), files.hostList());
    }
}
