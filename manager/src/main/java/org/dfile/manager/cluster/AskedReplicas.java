package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dfile.manager.replicas.ReplicaAnswer;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.protocol.OperatorReply;
import org.jspecify.annotations.Nullable;

/** Asks the nodes themselves, all at once. It takes a moment to start, so it is to be made early. */
public final class AskedReplicas implements ReplicaSource {

    private final AdminClient admin;
    private final Duration timeout;

    private AskedReplicas(AdminClient admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /** Of a cluster; each node has a while to answer. */
    public static AskedReplicas of(Cluster cluster) {
        return new AskedReplicas(
                AdminClient.start(cluster.contacts()), ManagerSettings.load().replicaTimeout());
    }

    @Override
    public List<ReplicaAnswer> ask(HostList list, FileName name) {
        List<CompletableFuture<ReplicaAnswer>> answers = new Placement(list)
                .replicasOf(name).stream()
                        .map(host -> admin.replica(host.address(), name, timeout)
                                .handle((reply, error) -> answer(host, reply))
                                .toCompletableFuture())
                        .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private ReplicaAnswer answer(Host host, @Nullable OperatorReply reply) {
        if (reply instanceof OperatorReply.Replica replica && replica.host().equals(host.id())) {
            return ReplicaAnswer.of(host, replica.report());
        }
        if (reply instanceof OperatorReply.OperatorFailed failed) {
            return ReplicaAnswer.silent(host, failed.failure().message());
        }
        return ReplicaAnswer.silent(
                host, reply == null ? "no answer within " + timeout.toSeconds() + " s" : "answered " + reply);
    }

    @Override
    public void close() {
        admin.close();
    }
}
