package org.dfile.manager.files;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.manager.cluster.AskedReplicas;
import org.dfile.manager.cluster.Cluster;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;

/** The cluster of the host list file that the command line names. */
final class ConfiguredCluster implements ClusterAccess {

    private final Shell shell;
    private final GlobalOptions options;

    ConfiguredCluster(Shell shell, GlobalOptions options) {
        this.shell = shell;
        this.options = options;
    }

    @Override
    public List<HostAddress> contacts() {
        return cluster().contacts();
    }

    @Override
    public Optional<HostList> formedList() {
        return cluster().formedList();
    }

    @Override
    public CompletionStage<DFileSystem> connect(ClientSettings settings) {
        return DFileSystem.connect(settings);
    }

    @Override
    public ReplicaSource replicas() {
        return AskedReplicas.of(cluster());
    }

    @Override
    public String commandLine() {
        return options.config().map(file -> "dfile -c " + file).orElse("dfile");
    }

    private Cluster cluster() {
        return Cluster.find(shell, options);
    }
}
