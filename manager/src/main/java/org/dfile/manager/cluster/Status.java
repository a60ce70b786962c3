package org.dfile.manager.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Table;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.AdminFailed;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.NodeState;
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
            String lastError) {

        static NodeView of(HostEntry host, NodeStatus status, String state, String lastError) {
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
                    .map(host -> admin.status(host.address(), settings.statusTimeout())
                            .handle((reply, error) -> view(host, formed, reply, error))
                            .toCompletableFuture())
                    .toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    private NodeView view(
            HostEntry host, Optional<HostList> formed, @Nullable AdminReply reply, @Nullable Throwable error) {
        if (reply instanceof NodeStatus status) {
            boolean foreign = !status.host().equals(host.id())
                    || formed.map(list -> !list.cluster().equals(status.cluster()))
                            .orElse(false);
            return foreign
                    ? NodeView.of(
                            host,
                            status,
                            FOREIGN,
                            "host " + status.host() + " of cluster " + status.cluster() + " answers here")
                    : NodeView.of(host, status, status.state().name(), status.lastError());
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

    private static Table table(List<NodeView> nodes) {
        Table table = new Table(
                "HOST", "ADDRESS", "STATE", "PID", "VERSION", "UPTIME", "FILES", "BYTES", "FREE", "SCRUB", "REMARK");
        for (NodeView node : nodes) {
            table.row(
                    node.host(),
                    node.address(),
                    node.state(),
                    orDash(node.pid()),
                    orDash(node.version()),
                    node.startedAtMillis() == null ? "-" : ago(node.startedAtMillis()),
                    orDash(node.files()),
                    orDash(node.bytes()),
                    orDash(node.freeBytes()),
                    node.scrub() == null ? "-" : scrub(node.scrub()),
                    remark(node));
        }
        return table;
    }

    private static String scrub(ScrubReport scrub) {
        String when = switch (scrub.state()) {
            case NEVER -> "never";
            case IDLE -> ago(scrub.endedAtMillis()) + " ago" + (scrub.lastComplete() ? "" : ", incomplete");
            case RUNNING -> "running, " + scrub.percent() + " %";
        };
        return scrub.damaged() == 0 ? when : when + ", damaged: " + scrub.damaged();
    }

    private static String remark(NodeView node) {
        String full = node.isFull() ? "full, writes are refused" : "";
        return full.isEmpty() || node.lastError().isEmpty() ? full + node.lastError() : full + "; " + node.lastError();
    }

    private static Object orDash(@Nullable Object value) {
        return value == null ? "-" : value;
    }

    private static String ago(long atMillis) {
        Duration up = Duration.between(Instant.ofEpochMilli(atMillis), Instant.now());
        if (up.toMinutes() < 1) {
            return up.toSeconds() + " s";
        }
        return up.toHours() < 1 ? up.toMinutes() + " min" : up.toDays() < 2 ? up.toHours() + " h" : up.toDays() + " d";
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
        String missing = String.join(
                ", ",
                nodes.stream().filter(node -> !node.ready()).map(NodeView::host).toList());
        String remedy = "; \"dfile -c " + cluster.wish().file() + " up\" starts what is down";
        return ready == 0
                ? "0/" + nodes.size() + " ready: no file can be reached" + remedy
                : ready + "/" + nodes.size() + " ready: files on " + missing + " cannot be reached" + remedy;
    }
}
