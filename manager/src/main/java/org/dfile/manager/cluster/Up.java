package org.dfile.manager.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.dfile.manager.cluster.HostUp.Started;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.LiveLines;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException;
import org.dfile.manager.launch.NodeHome;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.HostListFile;

/**
 * Brings a cluster up: forms it if it never was, starts what does not run, and waits until every node answers. What is
 * decided is on disk before anything is started, so a manager that dies in between is simply run again.
 */
final class Up {

    private final Shell shell;
    private final Cluster cluster;
    private final NodeStart start;

    Up(Shell shell, Cluster cluster, NodeStart start) {
        this.shell = shell;
        this.cluster = cluster;
        this.start = start;
    }

    /** How one host fared; exactly one of the two is there. */
    private record Outcome(HostEntry host, Optional<Started> started, Optional<LaunchException> failure) {}

    /** Returns the exit code. */
    int run() {
        refuseExposed();
        cluster.folder().create();
        return ClusterLock.hold(cluster.folder().lockFile(), "up", this::bringAllUp);
    }

    private int bringAllUp() {
        long begin = System.nanoTime();
        try (AdminClient admin = AdminClient.start(cluster.contacts())) {
            FormedKeeper formed = new FormedKeeper(cluster.folder(), formed());
            LiveLines lines = new LiveLines(
                    shell,
                    cluster.wish().hosts().stream()
                            .map(host -> host.id().text())
                            .toList());
            HostUp.UpContext context = start.of(cluster, admin);
            String token = cluster.folder().adminToken(); // drawn once, before any node is started with it
            List<Outcome> outcomes = Parallel.map(
                    cluster.wish().hosts(),
                    start.settings().parallelHosts(),
                    host -> bringUp(host, formed, token, context, lines));
            outcomes.forEach(outcome -> outcome.failure().ifPresent(failure -> report(outcome.host(), failure)));
            return summary(outcomes, Duration.ofNanos(System.nanoTime() - begin));
        }
    }

    private void refuseExposed() {
        List<HostEntry> exposed = Formation.exposed(cluster.wish());
        if (!exposed.isEmpty()) {
            throw new CommandException(
                    ExitCodes.REFUSED,
                    "nodes talk without encryption in this version, and other machines can reach "
                            + exposed.stream()
                                    .map(host -> host.address().toString())
                                    .collect(Collectors.joining(", "))
                            + ". If that network is safe, set allow-plain-tcp = true in "
                            + cluster.wish().file());
        }
    }

    /** Forms the cluster if it is new; refuses a wish that differs from what was formed. */
    private Formed formed() {
        Optional<Formed> known = cluster.folder().formed();
        if (known.isEmpty()) {
            Formed fresh = Formation.form(cluster.wish(), UUID::randomUUID);
            cluster.folder().save(fresh);
            shell.out()
                    .println("formed cluster " + fresh.list().cluster() + ": "
                            + fresh.list().hosts().size() + " hosts, "
                            + copies(fresh.list().replicas()));
            return fresh;
        }
        cluster.checkIsAsFormed(known.get().list());
        return known.get();
    }

    private static String copies(int replicas) {
        return switch (replicas) {
            case 1 -> "one copy of each file: a lost disk loses its files";
            case 2 ->
                "2 copies of each file: they survive a lost disk, but are not served while one of their hosts is down";
            default -> replicas + " copies of each file: any " + (replicas - 1) / 2 + " of their hosts may be down";
        };
    }

    private Outcome bringUp(
            HostEntry host, FormedKeeper formed, String token, HostUp.UpContext context, LiveLines lines) {
        String name = host.id().text();
        Style style = Style.of(shell);
        NodeHome home = new NodeHome(
                host,
                HostListFile.toJson(formed.now().list()),
                token,
                formed.now().format(host.id()),
                cluster.wish().allowPlainTcp());
        try {
            Started started = new HostUp(
                            host, home, formed.now().list().cluster(), context, text -> lines.working(name, text))
                    .run();
            formed.markFormatted(host.id());
            lines.ended(name, style.good("up") + line(host, started));
            return new Outcome(host, Optional.of(started), Optional.empty());
        } catch (LaunchException e) {
            lines.ended(name, style.bad("failed") + " to " + e.step());
            return new Outcome(host, Optional.empty(), Optional.of(e));
        }
    }

    private static String line(HostEntry host, Started started) {
        NodeStatus status = started.status();
        String copied = started.filesSent() == 0 ? "" : ", " + started.filesSent() + " files of the program sent";
        return (started.already() ? " already" : "") + ", " + host.address() + ", pid " + status.pid() + ", version "
                + status.version() + copied;
    }

    private void report(HostEntry host, LaunchException failure) {
        Style style = new Style(shell.errIsTerminal() && shell.colours());
        shell.err().println();
        shell.err()
                .println(style.strong(host.id() + " (" + host.address() + ")") + ": could not " + failure.step() + ": "
                        + failure.getMessage());
        failure.remains().exitCode().ifPresent(code -> shell.err().println("  exit code:    " + code));
        if (!failure.likelyCause().isEmpty()) {
            shell.err().println("  likely cause: " + failure.likelyCause());
        }
        if (!failure.remains().log().isEmpty()) {
            shell.err().println("  last lines of its log:");
            failure.remains().log().forEach(line -> shell.err().println("    | " + line));
        }
    }

    private int summary(List<Outcome> outcomes, Duration took) {
        long up = outcomes.stream()
                .filter(outcome -> outcome.started().isPresent())
                .count();
        if (up < outcomes.size()) {
            shell.err().println();
            shell.err()
                    .println("next: remove the cause, then once more: dfile -c "
                            + cluster.wish().file() + " up");
            shell.err().flush();
        }
        shell.out().printf("%d/%d up, %.1f s%n", up, outcomes.size(), took.toMillis() / 1000.0);
        if (up == outcomes.size()) {
            return ExitCodes.OK;
        }
        return up == 0 ? ExitCodes.NONE : ExitCodes.PARTIAL;
    }
}
