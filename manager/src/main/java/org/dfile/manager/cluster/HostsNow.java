package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.ReplicationReport;
import org.jspecify.annotations.Nullable;

/** How the hosts of a cluster are, asked once, all at the same time. */
final class HostsNow {

    /** One host; what it did not tell is absent. */
    record HostNow(Host host, Optional<NodeStatus> status, Optional<ReplicationReport> replication) {

        boolean is(NodeState state) {
            return status.filter(known -> known.state() == state).isPresent();
        }

        /** Whether it votes for all its slots. */
        boolean votes() {
            return is(NodeState.READY)
                    && replication
                            .filter(known -> known.slots() > 0 && known.incomplete() == 0)
                            .isPresent();
        }
    }

    private final Map<HostId, HostNow> hosts = new HashMap<>();
    private final HostList list;

    private HostsNow(HostList list, List<HostNow> answers) {
        this.list = list;
        answers.forEach(answer -> hosts.put(answer.host().id(), answer));
    }

    static HostsNow ask(AdminClient admin, HostList list, Duration timeout) {
        List<CompletableFuture<HostNow>> answers = new ArrayList<>();
        for (Host host : list.hosts()) {
            CompletableFuture<Optional<NodeStatus>> status = admin.status(host.address(), timeout)
                    .handle((reply, error) -> status(list, host, reply))
                    .toCompletableFuture();
            CompletableFuture<Optional<ReplicationReport>> replication = admin.replication(host.address(), timeout)
                    .handle((reply, error) -> replication(reply))
                    .toCompletableFuture();
            answers.add(status.thenCombine(replication, (one, other) -> new HostNow(host, one, other)));
        }
        return new HostsNow(list, answers.stream().map(CompletableFuture::join).toList());
    }

    private static Optional<NodeStatus> status(HostList list, Host host, @Nullable AdminReply reply) {
        return reply instanceof NodeStatus status
                        && status.host().equals(host.id())
                        && status.cluster().equals(list.cluster())
                ? Optional.of(status)
                : Optional.empty();
    }

    private static Optional<ReplicationReport> replication(@Nullable OperatorReply reply) {
        return reply instanceof OperatorReply.Replication answer ? Optional.of(answer.report()) : Optional.empty();
    }

    HostNow of(HostId id) {
        HostNow host = hosts.get(id);
        if (host == null) {
            throw new IllegalArgumentException("host " + id + " was not asked");
        }
        return host;
    }

    /** Hosts but this one that cannot say all that they knew. */
    List<Host> notVotingBut(HostId id) {
        return list.hosts().stream()
                .filter(host -> !host.id().equals(id) && !of(host.id()).votes())
                .toList();
    }
}
