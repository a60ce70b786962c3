package org.dfile.manager.cluster;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.manager.cluster.HostListDecision.Decided;
import org.dfile.manager.cluster.HostListDecision.Unknown;
import org.dfile.manager.cluster.HostsNow.HostNow;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException;
import org.dfile.manager.launch.NodeHome;
import org.dfile.manager.launch.NodeHost;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;
import org.dfile.protocol.HostListFile;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorReply.Current;
import org.dfile.protocol.OperatorReply.LossAccepted;
import org.dfile.protocol.OperatorReply.OperatorFailed;

/**
 * One lost disk on its way to its successor: makes sure that the old one is gone, has the cluster decide a list with a new
 * one, remembers that, tells the other hosts, starts the host. Each step is on disk before the next one, so whatever is
 * interrupted goes on at the next run. Only for the holder of the cluster's lock.
 */
final class Replacement {

    private final Shell shell;
    private final Cluster cluster;
    private final HostUp.UpContext context;
    private final HostEntry host;
    private final HostId id;
    private final String token;
    private Formed formed;

    Replacement(Shell shell, Cluster cluster, HostUp.UpContext context, HostEntry host, Formed formed) {
        this.shell = shell;
        this.cluster = cluster;
        this.context = context;
        this.host = host;
        this.id = host.id();
        this.token = cluster.folder().adminToken();
        this.formed = formed;
    }

    /** When this returns, the host has its new volume and takes its copies. */
    void run(boolean acceptLoss) throws InterruptedException {
        HostsNow now =
                HostsNow.ask(context.admin(), formed.list(), context.settings().replicaTimeout());
        boolean started = formed.replaced().contains(id)
                && formed.formatted().contains(id)
                && now.of(id).is(NodeState.READY)
                && !now.of(id).votes();
        if (!started && !formed.awaitsReplacement(id)) {
            makeSureItIsLost(now.of(id));
        }
        Set<HostId> givenUp = acceptLoss ? acceptedLoss(now) : Set.of();
        if (!started) {
            if (formed.awaitsReplacement(id)) {
                shell.out()
                        .println("host list " + formed.list().version() + " with a new disk for " + id
                                + " was decided before: going on");
            } else {
                decide(acceptLoss);
            }
            tellOthers(acceptLoss);
            start();
        }
        if (acceptLoss) {
            acceptLoss(givenUp);
        }
    }

    // -- the old disk

    private void makeSureItIsLost(HostNow now) {
        if (now.status().isPresent() && !now.is(NodeState.AMNESIAC)) {
            throw refused("the node of " + id + " is "
                    + now.status().get().state()
                    + ": it has its disk. If that is to be replaced, stop the node and move its"
                    + " data folder away first");
        }
        try (NodeHost node = context.launcher().connect(host)) {
            OptionalLong pid = node.pid();
            if (pid.isPresent()) {
                stop(node, now, pid.getAsLong());
            }
            if (!node.hasNoData()) {
                throw refused("the data folder of " + id + " (" + node.dataFolder()
                        + ") is not empty: if what is in it is lost, move it away first");
            }
        } catch (LaunchException e) {
            throw failed(e);
        }
    }

    /** An amnesiac node serves nothing; one that does not answer may have its disk. */
    private void stop(NodeHost node, HostNow now, long pid) throws LaunchException {
        if (!now.is(NodeState.AMNESIAC)) {
            throw refused("the node of " + id + " (pid " + pid + ") lives but does not answer: stop it first");
        }
        node.signal("TERM");
        if (!node.awaitGone(context.settings().exitTimeout())) {
            throw refused("the node of " + id + " (pid " + pid + ") does not leave");
        }
    }

    // -- the decision

    private void decide(boolean evenAlone) throws InterruptedException {
        HostList next = HostListDecision.withVolume(formed.list(), id, new VolumeId(UUID.randomUUID()));
        if (!HostListDecision.isByMajority(formed.list())) {
            if (formed.list().replicas() == 1 && !evenAlone) {
                throw refused("there is one copy of each file: those of " + id
                        + " come back with its disk only. --accept-loss gives them up");
            }
            remember(next);
            return;
        }
        try (DFileSystem files = connect()) {
            checkIsCurrent(files.hostList());
            HostListDecision.Outcome outcome = HostListDecision.decide(files, next);
            if (outcome instanceof Decided decided) {
                remember(decided.list());
            } else if (outcome instanceof Unknown unknown) {
                undecided(next, unknown.why(), evenAlone);
            }
        } catch (ExecutionException e) {
            undecided(next, Reasons.of(e), evenAlone);
        }
    }

    private DFileSystem connect() throws InterruptedException, ExecutionException {
        List<HostAddress> others = formed.list().hosts().stream()
                .filter(other -> !other.id().equals(id))
                .map(Host::address)
                .toList();
        ClientSettings client = ClientSettings.builder()
                .contacts(others.isEmpty() ? List.of(host.address()) : others)
                .deadline(context.timeout())
                .connectTimeout(context.timeout())
                .build();
        return DFileSystem.connect(client).toCompletableFuture().get();
    }

    private void checkIsCurrent(HostList theirs) {
        if (theirs.version() > formed.list().version()) {
            throw refused("the cluster has host list " + theirs.version() + ", this machine only "
                    + formed.list().version() + ": use the manager that made it, or its folder "
                    + cluster.folder().path());
        }
    }

    private void undecided(HostList next, String why, boolean evenAlone) {
        if (!evenAlone) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "the cluster could not decide the new host list: " + why
                            + "\nbring up more hosts (dfile up) and run it again; if they are lost for good, --accept-loss");
        }
        shell.out().println("the cluster could not decide, so this command does: " + why);
        cluster.folder().journal("host list " + next.version() + " was not decided by the cluster: " + why);
        remember(next);
    }

    /** From here on the old volume is out, whatever happens. */
    private void remember(HostList next) {
        Formed replaced = formed.withList(next);
        cluster.folder().save(replaced);
        cluster.folder().journal("host list " + next.version() + ": new volume for " + id);
        formed = replaced;
        if (!formed.awaitsReplacement(id)) {
            throw new CommandException(
                    ExitCodes.FAILED,
                    "host list " + next.version() + " was decided before, for another host; run \"dfile up\", then this"
                            + " again");
        }
        shell.out().println("host list " + next.version() + " is decided: " + id + " gets a new disk");
    }

    // -- telling

    private void tellOthers(boolean evenIfSilent) throws InterruptedException {
        boolean needsAll = !HostListDecision.isByMajority(formed.list()) && !evenIfSilent;
        for (Host other : formed.list().hosts()) {
            if (!other.id().equals(id)) {
                String refusal = tell(other);
                shell.out()
                        .println(other.id() + "  "
                                + (refusal.isEmpty()
                                        ? "has the list"
                                        : refusal + "; it takes the list from the others later"));
                if (needsAll && !refusal.isEmpty()) {
                    throw new CommandException(
                            ExitCodes.FAILED,
                            "with " + formed.list().replicas()
                                    + " copies all other hosts have to have the new list before " + id
                                    + " starts: bring up " + other.id() + " (dfile up) and run it again");
                }
            }
        }
    }

    /** Empty if the host has the list now. */
    private String tell(Host other) throws InterruptedException {
        try {
            OperatorReply reply = await(context.admin()
                    .newHostList(
                            other.address(),
                            token,
                            formed.list(),
                            context.settings().replicaTimeout()));
            if (reply instanceof Current current && current.list().equals(formed.list())) {
                return "";
            }
            return reply instanceof OperatorFailed failed ? failed.failure().message() : "answered " + reply;
        } catch (TimeoutException e) {
            return "does not answer";
        }
    }

    private static OperatorReply await(CompletionStage<OperatorReply> answer)
            throws InterruptedException, TimeoutException {
        try {
            return answer.toCompletableFuture().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException timeout) {
                throw timeout;
            }
            throw new CommandException(ExitCodes.FAILED, "cannot ask: " + Reasons.of(e), e);
        }
    }

    // -- the host itself

    private void start() {
        NodeHome home = new NodeHome(
                host,
                HostListFile.toJson(formed.list()),
                token,
                formed.format(id),
                cluster.wish().allowPlainTcp());
        try {
            HostUp.Started up = new HostUp(host, home, formed.list().cluster(), context, step -> {}).run();
            formed = formed.withFormatted(id);
            cluster.folder().save(formed);
            shell.out()
                    .println(id + "  up with an empty disk, pid " + up.status().pid());
        } catch (LaunchException e) {
            throw failed(e);
        }
    }

    private Set<HostId> acceptedLoss(HostsNow now) throws InterruptedException {
        List<Host> absent = now.notVotingBut(id);
        AcceptedLoss loss = new AcceptedLoss(shell, cluster);
        if (absent.size() == formed.list().hosts().size() - 1) {
            return loss.ask(formed.list(), id, absent, Optional.empty());
        }
        try (DFileSystem files = connect()) {
            return loss.ask(formed.list(), id, absent, Optional.of(files));
        } catch (ExecutionException e) {
            throw new CommandException(
                    ExitCodes.FAILED, "the other hosts cannot be asked what there is: " + Reasons.of(e), e);
        }
    }

    private void acceptLoss(Set<HostId> givenUp) throws InterruptedException {
        try {
            OperatorReply reply = await(context.admin()
                    .acceptLoss(
                            host.address(), token, givenUp, context.settings().replicaTimeout()));
            if (!(reply instanceof LossAccepted accepted)) {
                throw new CommandException(ExitCodes.FAILED, id + " does not take the consent: " + reply);
            }
            shell.out()
                    .println(id + "  " + accepted.slots() + " slots come back without the others"
                            + (accepted.waiting() == 0
                                    ? ""
                                    : ", " + accepted.waiting() + " wait for hosts that were not given up"));
        } catch (TimeoutException e) {
            throw new CommandException(ExitCodes.FAILED, id + " does not answer; run it again", e);
        }
    }

    private static CommandException refused(String message) {
        return new CommandException(ExitCodes.REFUSED, message);
    }

    private CommandException failed(LaunchException e) {
        return new CommandException(
                ExitCodes.FAILED,
                id + ": could not " + e.step() + ": " + e.getMessage()
                        + (e.likelyCause().isEmpty() ? "" : "\n  likely cause: " + e.likelyCause()),
                e);
    }
}
