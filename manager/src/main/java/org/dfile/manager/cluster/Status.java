package org.dfile.manager.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Table;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.AdminFailed;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.ScrubReport;
import org.jspecify.annotations.Nullable;

/** Asks every node how it is, all at once, and says what that means for the cluster. */
final class Status {

    /** State of a node that gave no answer. */
    private static final String DOWN = "DOWN";

    /** State where a node answers that speaks another protocol. */
    private static final String INCOMPATIBLE = "INCOMPATIBLE";

    /** State where the node of another host or cluster answers. */
    private static final String FOREIGN = "FOREIGN";

    private final Shell shell;
    private final Cluster cluster;
    private final ManagerSettings settings;

    Status(Shell shell, Cluster cluster, ManagerSettings settings) {
        this.shell = shell;
        this.cluster = cluster;
        this.settings = settings;
    }

    /** One node as {@code --json} shows it; what only the node knows is absent where it did not answer. */
    record NodeView(
            String host,
            String address,
            @Nullable Long pid,
            String state,
            @Nullable String version,
            @Nullable Long files,
            @Nullable Long bytes,
            @Nullable Long freeBytes,
            @Nullable Long reserveBytes,
            @Nullable Boolean full,
            @Nullable Long garbageBytes,
            @Nullable Long compactedBytes,
            @Nullable Long openFiles,
            @Nullable Long startedAtMillis,
            @Nullable ScrubReport scrub,
            @Nullable ReplicationReport replication,
            String lastError) {

        static NodeView of(
                HostEntry host,
                NodeStatus status,
                @Nullable ReplicationReport replication,
                String state,
                String lastError) {
            return new NodeView(
                    host.id().text(),
                    host.address().toString(),
                    status.pid(),
                    state,
                    status.version(),
                    status.files(),
                    status.bytes(),
                    status.freeBytes(),
                    status.reserveBytes(),
                    status.full(),
                    status.garbageBytes(),
                    status.compactedBytes(),
                    status.openFiles(),
                    status.startedAtMillis(),
                    status.scrub(),
                    replication,
                    lastError);
        }

        static NodeView silent(HostEntry host, String state, String reason) {
            return new NodeView(
                    host.id().text(),
                    host.address().toString(),
                    null,
                    state,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    reason);
        }

        boolean ready() {
            return state.equals(NodeState.READY.name());
        }

        boolean isFull() {
            return Boolean.TRUE.equals(full);
        }

        long damaged() {
            return scrub == null ? 0 : scrub.damaged();
        }
    }

    /** The cluster as {@code --json} shows it. */
    record ClusterView(
            String cluster, @Nullable String id, String hostList, int ready, String verdict, List<NodeView> nodes) {}

    /** Prints and returns the exit code. */
    int run(boolean json) {
        List<NodeView> nodes = ask();
        int ready = (int) nodes.stream().filter(NodeView::ready).count();
        String verdict = verdict(nodes, ready);
        if (json) {
            String id =
                    cluster.formedList().map(list -> list.cluster().toString()).orElse(null);
            Json.print(
                    shell.out(),
                    new ClusterView(
                            cluster.wish().cluster(), id, cluster.wish().file().toString(), ready, verdict, nodes));
        } else {
            table(nodes).print(shell.out());
            DamageTable damage = new DamageTable();
            for (NodeView node : nodes) {
                if (node.scrub() != null) {
                    damage.add(node.host(), node.scrub());
                }
            }
            damage.print(shell.out());
            copies(nodes).print(shell.out());
            shell.out().println(verdict);
        }
        if (ready == nodes.size()) {
            return ExitCodes.OK;
        }
        return ready == 0 ? ExitCodes.NONE : ExitCodes.PARTIAL;
    }

    private List<NodeView> ask() {
        try (AdminClient admin = AdminClient.start(cluster.contacts())) {
            Optional<HostList> formed = cluster.formedList();
            List<CompletableFuture<NodeView>> answers = cluster.wish().hosts().stream()
                    .map(host -> ask(admin, host, formed))
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private CompletableFuture<NodeView> ask(AdminClient admin, HostEntry host, Optional<HostList> formed) {
        CompletableFuture<Optional<ReplicationReport>> copies = admin.replication(
                        host.address(), settings.statusTimeout())
                .handle((reply, error) -> reply instanceof OperatorReply.Replication answer
                        ? Optional.of(answer.report())
                        : Optional.<ReplicationReport>empty())
                .toCompletableFuture();
        return admin.status(host.address(), settings.statusTimeout())
                .handle((reply, error) -> copies.thenApply(report -> view(host, formed, reply, report, error)))
                .thenCompose(view -> view)
                .toCompletableFuture();
    }

    private NodeView view(
            HostEntry host,
            Optional<HostList> formed,
            @Nullable AdminReply reply,
            Optional<ReplicationReport> copies,
            @Nullable Throwable error) {
        if (reply instanceof NodeStatus status) {
            boolean foreign = !status.host().equals(host.id())
                    || formed.map(list -> !list.cluster().equals(status.cluster()))
                            .orElse(false);
            return foreign
                    ? NodeView.of(
                            host,
                            status,
                            null,
                            FOREIGN,
                            "host " + status.host() + " of cluster " + status.cluster() + " answers here")
                    : NodeView.of(
                            host, status, copies.orElse(null), status.state().name(), status.lastError());
        }
        if (reply instanceof AdminFailed failed) {
            return NodeView.silent(host, INCOMPATIBLE, failed.failure().message());
        }
        return NodeView.silent(
                host,
                DOWN,
                reply != null
                        ? "answered " + reply
                        : "no answer within " + settings.statusTimeout().toSeconds() + " s" + detail(error));
    }

    /** Of a time-out there is nothing more to say. */
    private static String detail(@Nullable Throwable error) {
        if (error == null || error instanceof TimeoutException || error.getCause() instanceof TimeoutException) {
            return "";
        }
        return " (" + error.getMessage() + ")";
    }

    private Table table(List<NodeView> nodes) {
        Table table = new Table(
                "HOST", "ADDRESS", "STATE", "PID", "VERSION", "UPTIME", "FILES", "BYTES", "FREE", "SCRUB", "REMARK");
        for (NodeView node : nodes) {
            table.row(
                    node.host(),
                    node.address(),
                    node.state(),
                    orDash(node.pid()),
                    orDash(node.version()),
                    node.startedAtMillis() == null ? "-" : ReplicationTable.ago(node.startedAtMillis()),
                    orDash(node.files()),
                    orDash(node.bytes()),
                    orDash(node.freeBytes()),
                    node.scrub() == null ? "-" : scrub(node.scrub()),
                    remark(node));
        }
        return table;
    }

    private static ReplicationTable copies(List<NodeView> nodes) {
        ReplicationTable copies = new ReplicationTable();
        nodes.forEach(node -> {
            if (node.replication() != null) {
                copies.add(node.host(), node.replication());
            }
        });
        return copies;
    }

    private static String scrub(ScrubReport scrub) {
        String when = switch (scrub.state()) {
            case NEVER -> "never";
            case IDLE ->
                ReplicationTable.ago(scrub.endedAtMillis()) + " ago" + (scrub.lastComplete() ? "" : ", incomplete");
            case RUNNING -> "running, " + scrub.percent() + " %";
        };
        return scrub.damaged() == 0 ? when : when + ", damaged: " + scrub.damaged();
    }

    private String remark(NodeView node) {
        if (node.state().equals(NodeState.AMNESIAC.name())) {
            return node.lastError() + "; if its disk is lost: \"dfile -c "
                    + cluster.wish().file() + " replace-disk " + node.host() + "\"";
        }
        String full = node.isFull() ? "full, writes are refused" : "";
        return full.isEmpty() || node.lastError().isEmpty() ? full + node.lastError() : full + "; " + node.lastError();
    }

    private static Object orDash(@Nullable Object value) {
        return value == null ? "-" : value;
    }

    /** What keeps files that can be reached from being read or written. */
    private static String health(List<NodeView> nodes) {
        long damaged = nodes.stream().mapToLong(NodeView::damaged).sum();
        List<String> full =
                nodes.stream().filter(NodeView::isFull).map(NodeView::host).toList();
        return (damaged == 0 ? "" : ", but " + (damaged == 1 ? "1 place is" : damaged + " places are") + " damaged")
                + (full.isEmpty() ? "" : "; full: " + String.join(", ", full));
    }

    private String verdict(List<NodeView> nodes, int ready) {
        if (cluster.formedList().isEmpty() && ready == 0) {
            return "not formed yet: bring it up with \"dfile -c "
                    + cluster.wish().file() + " up\"";
        }
        if (ready == nodes.size()) {
            return ready + "/" + ready + " ready: all files can be reached" + health(nodes);
        }
        String remedy = "; \"dfile -c " + cluster.wish().file() + " up\" starts what is down";
        return ready + "/" + nodes.size() + " ready: " + reach(nodes) + remedy;
    }

    /** Where the list was formed elsewhere nobody knows here which files are where. */
    private String reach(List<NodeView> nodes) {
        Set<HostId> ready = nodes.stream()
                .filter(NodeView::ready)
                .map(node -> new HostId(node.host()))
                .collect(Collectors.toSet());
        return cluster.formedList()
                .map(list -> Reach.of(list, ready).words())
                .orElseGet(() -> ready.isEmpty() ? "no file can be read or written" : "not all files can be reached");
    }
}
