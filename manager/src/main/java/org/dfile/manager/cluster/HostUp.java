package org.dfile.manager.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.hosts.HostEntry;
import org.dfile.manager.launch.LaunchException;
import org.dfile.manager.launch.LaunchException.Remains;
import org.dfile.manager.launch.LaunchException.Step;
import org.dfile.manager.launch.Launcher;
import org.dfile.manager.launch.NodeHome;
import org.dfile.manager.launch.NodeHost;
import org.dfile.model.ClusterId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminReply.AdminFailed;
import org.dfile.protocol.AdminReply.NodeStatus;
import org.dfile.protocol.NodeState;

/** Brings the node of one host up, from nothing to its answer. Does nothing to a node that is up already. */
final class HostUp {

    /** How a host came up. */
    record Started(NodeStatus status, boolean already, int filesSent) {}

    private static final Duration LOOK_AT_PROCESS_EVERY = Duration.ofMillis(250);
    private static final int CONNECT_MILLIS = 1_000;

    private final HostEntry host;
    private final NodeHome settings;
    private final ClusterId cluster;
    private final UpContext context;
    private final Consumer<String> progress;

    HostUp(HostEntry host, NodeHome settings, ClusterId cluster, UpContext context, Consumer<String> progress) {
        this.host = host;
        this.settings = settings;
        this.cluster = cluster;
        this.context = context;
        this.progress = progress;
    }

    /** What all hosts of one {@code up} share. */
    record UpContext(
            Launcher launcher, AdminClient admin, ProgramCopies copies, ManagerSettings settings, Duration timeout) {}

    Started run() throws LaunchException {
        Instant deadline = Instant.now().plus(context.timeout());
        progress.accept(Step.CONNECT.toString());
        try (NodeHost node = context.launcher().connect(host)) {
            OptionalLong living = node.pid();
            if (living.isPresent()) {
                return new Started(awaitAnswer(node, living.getAsLong(), deadline), true, 0);
            }
            progress.accept(Step.CHECK_JAVA.toString());
            node.checkJava();
            progress.accept(Step.INSTALL.toString());
            ProgramCopies.Program program = context.copies().provide(host, node);
            progress.accept(Step.WRITE_SETTINGS.toString());
            node.writeSettings(settings);
            progress.accept(Step.START.toString());
            long pid = node.start(program.classPath(), javaOptions());
            return new Started(awaitAnswer(node, pid, deadline), false, program.filesSent());
        }
    }

    private List<String> javaOptions() {
        return List.of(
                "-Xmx" + host.heapBytes(),
                "-XX:MaxDirectMemorySize=" + context.settings().nodeDirectMemoryBytes(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-XX:+ExitOnOutOfMemoryError");
    }

    private NodeStatus awaitAnswer(NodeHost node, long pid, Instant deadline) throws LaunchException {
        progress.accept(Step.ANSWER.toString());
        CountDownLatch never = new CountDownLatch(1);
        Instant lookAtProcess = Instant.now();
        String last = "nothing listens on " + host.address();
        while (Instant.now().isBefore(deadline)) {
            if (listens()) {
                try {
                    return checked(ask(), pid, node);
                } catch (TimeoutException e) {
                    last = "the port is open, but no answer came: can the node dial back to this machine?";
                }
            }
            if (Instant.now().isAfter(lookAtProcess)) {
                failIfGone(node);
                lookAtProcess = Instant.now().plus(LOOK_AT_PROCESS_EVERY);
            }
            pause(never);
        }
        throw node.failure(Step.ANSWER, "no answer within " + context.timeout().toSeconds() + " s: " + last);
    }

    private void failIfGone(NodeHost node) throws LaunchException {
        if (node.pid().isEmpty()) {
            Remains remains = node.remains();
            throw node.failure(
                    Step.ANSWER,
                    "the node left"
                            + (remains.exitCode().isPresent()
                                    ? " with exit code " + remains.exitCode().getAsInt()
                                    : ""));
        }
    }

    /** Asking a port that nobody listens on would cost a second: remoting backs off before it dials again. */
    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(host.address().host(), host.address().port()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private AdminReply ask() throws TimeoutException, LaunchException {
        try {
            return context.admin()
                    .status(host.address(), context.settings().statusTimeout())
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException timeout) {
                throw timeout;
            }
            throw new LaunchException(Step.ANSWER, "cannot ask: " + Reasons.of(e), "", Remains.NONE);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The process that answers must be the one that was started, else some other node holds the port. */
    private NodeStatus checked(AdminReply reply, long pid, NodeHost node) throws LaunchException {
        if (reply instanceof AdminFailed failed) {
            throw node.failure(Step.ANSWER, failed.failure().message());
        }
        if (!(reply instanceof NodeStatus status)) {
            throw node.failure(Step.ANSWER, "the node answers " + reply);
        }
        if (!status.host().equals(host.id()) || !status.cluster().equals(cluster) || status.pid() != pid) {
            throw new LaunchException(
                    Step.ANSWER,
                    "at " + host.address() + " answers another node: host " + status.host() + " of cluster "
                            + status.cluster() + ", pid " + status.pid(),
                    "the port belongs to another cluster: choose another one, or take that cluster down",
                    Remains.NONE);
        }
        if (status.state() == NodeState.AMNESIAC) {
            throw new LaunchException(
                    Step.ANSWER,
                    "the node is amnesiac: its data folder is empty, but it was formatted before",
                    "the disk was lost, swapped or not mounted, or data or dir changed in the host list. Take the node down,"
                            + " put its data back in " + node.home() + "/"
                            + host.data().orElse("data")
                            + ", then up again; or, if the disk is lost: dfile replace-disk "
                            + host.id(),
                    Remains.NONE);
        }
        if (status.state() != NodeState.READY) {
            throw node.failure(Step.ANSWER, "the node is " + status.state() + " " + status.lastError());
        }
        return status;
    }

    private void pause(CountDownLatch never) throws LaunchException {
        try {
            if (never.await(context.settings().pollInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts down");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static LaunchException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LaunchException(Step.ANSWER, "interrupted: " + e, "", Remains.NONE);
    }
}
