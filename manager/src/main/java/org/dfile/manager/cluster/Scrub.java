package org.dfile.manager.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dfile.manager.cluster.ScrubView.HostView;
import org.dfile.manager.cluster.ScrubView.Result;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.LiveLines;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.model.ClusterId;
import org.dfile.protocol.ScrubReport;
import org.jspecify.annotations.Nullable;

/** Starts the scrubs of hosts, all at once, shows how far they are, and tells what they found. */
final class Scrub {

    private static final int BAR_WIDTH = 24;

    /** Without a terminal a line is printed each time that another such part of a host is through. */
    private static final int LINE_EVERY_PERCENT = 10;

    private final Shell shell;
    private final Cluster cluster;
    private final ManagerSettings settings;
    private final boolean json;
    private final Map<HostEntry, Integer> printedPercent = new HashMap<>();

    Scrub(Shell shell, Cluster cluster, ManagerSettings settings, boolean json) {
        this.shell = shell;
        this.cluster = cluster;
        this.settings = settings;
        this.json = json;
    }

    /**
     * Returns the exit code.
     *
     * @param ids of hosts; none means all
     * @param wait until all have ended
     */
    int run(List<String> ids, boolean wait) throws InterruptedException {
        List<HostEntry> hosts = select(ids);
        ClusterId id = cluster.formedList()
                .orElseThrow(() -> new CommandException(
                        ExitCodes.FAILED,
                        "not formed yet: bring it up with \"dfile -c "
                                + cluster.wish().file() + " up\""))
                .cluster();
        // The first up drew it, and nobody changes it: no lock is needed to read it.
        String token = cluster.folder().adminToken();
        try (AdminClient admin =
                AdminClient.start(hosts.stream().map(HostEntry::address).toList())) {
            List<HostScrub> scrubs = hosts.stream()
                    .map(host -> new HostScrub(host, id, admin, token, settings, wait))
                    .toList();
            follow(scrubs);
            return conclude(scrubs.stream().map(HostView::of).toList());
        }
    }

    private List<HostEntry> select(List<String> ids) {
        Set<String> wanted = new LinkedHashSet<>(ids);
        List<HostEntry> found = cluster.wish().hosts().stream()
                .filter(host -> wanted.isEmpty() || wanted.remove(host.id().text()))
                .filter(host -> ids.isEmpty() || ids.contains(host.id().text()))
                .toList();
        if (!wanted.isEmpty()) {
            throw new CommandException(
                    ExitCodes.USAGE, "no such host in " + cluster.wish().file() + ": " + String.join(", ", wanted));
        }
        return found;
    }

    private void follow(List<HostScrub> scrubs) throws InterruptedException {
        LiveLines lines = new LiveLines(
                shell, scrubs.stream().map(scrub -> scrub.host().id().text()).toList());
        List<HostScrub> open = new ArrayList<>(scrubs);
        CountDownLatch never = new CountDownLatch(1);
        while (!open.isEmpty()) {
            List<CompletableFuture<Runnable>> answers =
                    open.stream().map(HostScrub::ask).toList();
            for (CompletableFuture<Runnable> answer : answers) {
                hear(answer);
            }
            open.forEach(scrub -> show(lines, scrub));
            open.removeIf(HostScrub::ended);
            if (open.stream().anyMatch(HostScrub::watched)
                    && never.await(settings.scrubPollInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts down");
            }
        }
    }

    private static void hear(CompletableFuture<Runnable> answer) throws InterruptedException {
        try {
            answer.get().run();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // -- what is shown

    private void show(LiveLines lines, HostScrub scrub) {
        String name = scrub.host().id().text();
        if (json) {
            return;
        }
        if (scrub.ended()) {
            lines.ended(name, result(HostView.of(scrub)));
        } else if (scrub.report().isEmpty()) {
            lines.working(name, "start");
        } else {
            ScrubReport report = scrub.report().get();
            lines.underWay(name, bar(report.percent()) + "  " + progress(report));
            printNowAndThen(scrub.host(), report);
        }
    }

    private void printNowAndThen(HostEntry host, ScrubReport report) {
        int percent = report.percent() / LINE_EVERY_PERCENT * LINE_EVERY_PERCENT;
        if (!shell.outIsTerminal() && printedPercent.getOrDefault(host, -1) < percent) {
            printedPercent.put(host, percent);
            shell.out().println(host.id() + "  " + progress(report));
        }
    }

    private static String bar(int percent) {
        int full = percent * BAR_WIDTH / 100;
        return "[" + "#".repeat(full) + ".".repeat(BAR_WIDTH - full) + "]";
    }

    private static String progress(ScrubReport report) {
        return String.format(
                Locale.ROOT,
                "%2d %%  %s of %s, %s%s",
                report.percent(),
                Amounts.bytes(report.checkedBytes()),
                Amounts.bytes(report.totalBytes()),
                Amounts.files(report.checkedFiles()),
                report.damaged() == 0 ? "" : ", damaged: " + report.damaged());
    }

    private String result(HostView host) {
        Style style = Style.of(shell);
        ScrubReport report = host.scrub();
        String read = report == null
                ? ""
                : Amounts.files(report.checkedFiles()) + ", " + Amounts.bytes(report.checkedBytes()) + " read";
        return switch (host.result()) {
            case CLEAN -> style.good("clean") + ": " + read;
            case DAMAGED -> style.bad("damaged") + ": " + places(report) + "; " + read;
            case INCOMPLETE ->
                style.bad("incomplete") + ": some records cannot be read, the node's log names them; " + read;
            case STARTED -> style.good("started");
            case FAILED -> style.bad("failed") + ": " + host.error();
        };
    }

    private static String places(@Nullable ScrubReport report) {
        long count = report == null ? 0 : Math.max(report.damaged(), report.lastDamaged());
        return count == 1 ? "1 place" : count + " places";
    }

    private int conclude(List<HostView> hosts) {
        String verdict = verdict(hosts);
        if (json) {
            Json.print(shell.out(), new ScrubView(cluster.wish().cluster(), verdict, hosts));
        } else {
            DamageTable damage = new DamageTable();
            for (HostView host : hosts) {
                if (host.scrub() != null) {
                    damage.add(host.host(), host.scrub());
                }
            }
            damage.print(shell.out());
            shell.out().println(verdict);
        }
        if (with(hosts, Result.DAMAGED).findAny().isPresent()
                || with(hosts, Result.INCOMPLETE).findAny().isPresent()) {
            return ExitCodes.DAMAGED;
        }
        long failed = with(hosts, Result.FAILED).count();
        if (failed == 0) {
            return ExitCodes.OK;
        }
        return failed == hosts.size() ? ExitCodes.NONE : ExitCodes.PARTIAL;
    }

    private static Stream<HostView> with(List<HostView> hosts, Result result) {
        return hosts.stream().filter(host -> host.result() == result);
    }

    private static String names(List<HostView> hosts, Result result) {
        return String.join(", ", with(hosts, result).map(HostView::host).toList());
    }

    private static String verdict(List<HostView> hosts) {
        List<String> parts = new ArrayList<>();
        for (Result result : Result.values()) {
            long count = with(hosts, result).count();
            if (count > 0) {
                String what = result.name().toLowerCase(Locale.ROOT);
                parts.add(count + "/" + hosts.size() + " " + what
                        + (result == Result.CLEAN || result == Result.STARTED
                                ? ""
                                : " (" + names(hosts, result) + ")"));
            }
        }
        return String.join(", ", parts);
    }
}
