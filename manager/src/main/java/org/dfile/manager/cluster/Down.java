package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.LiveLines;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException;
import org.dfile.manager.launch.Launcher;
import org.dfile.manager.launch.NodeHost;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.AdminFailed;
import org.dfile.protocol.AdminReply.Killed;

/**
 * Takes a cluster down: each node is asked to leave and its process waited for. Only what does not answer is signalled,
 * through its pid file, and SIGKILL is used only where the caller says so.
 */
final class Down {

    private final Shell shell;
    private final Cluster cluster;
    private final ManagerSettings settings;
    private final boolean force;
    private final boolean acceptNewHostKeys;

    Down(Shell shell, Cluster cluster, ManagerSettings settings, boolean force, boolean acceptNewHostKeys) {
        this.shell = shell;
        this.cluster = cluster;
        this.settings = settings;
        this.force = force;
        this.acceptNewHostKeys = acceptNewHostKeys;
    }

    /** How a host ended. */
    private record Outcome(boolean down, boolean already, String text) {

        static Outcome stopped(String text) {
            return new Outcome(true, false, text);
        }

        static Outcome failed(String text) {
            return new Outcome(false, false, text);
        }
    }

    /** Returns the exit code. */
    int run() {
        if (cluster.folder().formed().isEmpty()) {
            shell.out().println("already down: this cluster was never up");
            return ExitCodes.OK;
        }
        return ClusterLock.hold(cluster.folder().lockFile(), "down", this::takeAllDown);
    }

    private int takeAllDown() {
        long begin = System.nanoTime();
        try (AdminClient admin = AdminClient.start(cluster.contacts())) {
            String token = cluster.folder().adminToken();
            Launcher launcher = cluster.launcher(settings, acceptNewHostKeys);
            List<HostEntry> hosts = cluster.wish().hosts();
            LiveLines lines = new LiveLines(
                    shell, hosts.stream().map(host -> host.id().text()).toList());
            List<Outcome> outcomes = Parallel.map(hosts, settings.parallelHosts(), host -> {
                lines.working(host.id().text(), "stop");
                Outcome outcome = takeDown(host, launcher, admin, token);
                lines.ended(host.id().text(), text(outcome));
                return outcome;
            });
            return summary(outcomes, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private String text(Outcome outcome) {
        Style style = Style.of(shell);
        return outcome.down()
                ? style.good("down") + ", " + outcome.text()
                : style.bad("failed") + ": " + outcome.text();
    }

    private Outcome takeDown(HostEntry host, Launcher launcher, AdminClient admin, String token) {
        try (NodeHost node = launcher.connect(host)) {
            OptionalLong pid = node.pid();
            if (pid.isEmpty()) {
                return new Outcome(true, true, "was already");
            }
            String answer = kill(host, admin, token);
            if (answer.isEmpty()) {
                return node.awaitGone(settings.exitTimeout())
                        ? Outcome.stopped("pid " + pid.getAsLong() + " stopped in order")
                        : signal(node, pid.getAsLong(), "answered, but its process stayed");
            }
            return signal(node, pid.getAsLong(), answer);
        } catch (LaunchException e) {
            return withoutHands(host, admin, token, e);
        }
    }

    private Outcome signal(NodeHost node, long pid, String why) throws LaunchException {
        node.signal("TERM");
        if (node.awaitGone(settings.exitTimeout())) {
            return Outcome.stopped("pid " + pid + " " + why + "; stopped by SIGTERM");
        }
        if (!force) {
            return Outcome.failed("pid " + pid + " " + why + ", and did not leave after SIGTERM; --force kills it");
        }
        node.signal("KILL");
        return node.awaitGone(settings.exitTimeout())
                ? Outcome.stopped("pid " + pid + " " + why + ", and did not leave after SIGTERM; killed by SIGKILL")
                : Outcome.failed("pid " + pid + " " + why + ", and did not leave after SIGKILL");
    }

    /** A host that cannot be reached for its processes may still have a node that listens. */
    private Outcome withoutHands(HostEntry host, AdminClient admin, String token, LaunchException why) {
        String reason = why.getMessage() + (why.likelyCause().isEmpty() ? "" : "; " + why.likelyCause());
        String answer = kill(host, admin, token);
        return answer.isEmpty()
                ? Outcome.stopped("it stopped in order, but its process could not be looked at: " + reason)
                : Outcome.failed("it " + answer + ", and its process could not be looked at: " + reason);
    }

    /** Asks the node to leave. Empty if it did; else what it did instead. */
    private String kill(HostEntry host, AdminClient admin, String token) {
        try {
            AdminReply reply = admin.kill(host.address(), token, settings.killTimeout())
                    .toCompletableFuture()
                    .get();
            if (reply instanceof Killed killed && killed.host().equals(host.id())) {
                return "";
            }
            return reply instanceof AdminFailed failed ? "answered " + failed.failure() : "answered " + reply;
        } catch (ExecutionException e) {
            return e.getCause() instanceof TimeoutException ? "did not answer" : "could not be asked: " + Reasons.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "did not answer before the interruption";
        }
    }

    private int summary(List<Outcome> outcomes, Duration took) {
        long down = outcomes.stream().filter(Outcome::down).count();
        boolean already = outcomes.stream().allMatch(Outcome::already);
        shell.out()
                .printf(
                        "%d/%d %sdown, %.1f s%n",
                        down, outcomes.size(), already ? "already " : "", took.toMillis() / 1000.0);
        if (down == outcomes.size()) {
            return ExitCodes.OK;
        }
        return down == 0 ? ExitCodes.NONE : ExitCodes.PARTIAL;
    }
}
