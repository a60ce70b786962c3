package org.dfile.manager.cluster;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.manager.hosts.Loopback;
import org.dfile.model.FileName;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorRequest;
import org.dfile.protocol.RemotingConfig;

/**
 * Asks nodes the rare questions of a manager. Starts in the background, because an actor system takes a while. Nodes
 * dial back, so they must be able to reach this machine; where they cannot, every answer is a time-out.
 */
final class AdminClient implements AutoCloseable {

    private static final int DISCARD_PORT = 9;

    private final CompletableFuture<ActorSystem<Void>> system;

    private AdminClient(CompletableFuture<ActorSystem<Void>> system) {
        this.system = system;
    }

    /** Starts a client that can be reached from {@code nodes}. */
    static AdminClient start(List<HostAddress> nodes) {
        return new AdminClient(CompletableFuture.supplyAsync(() -> {
            String host = ownAddress(nodes);
            return ActorSystem.create(
                    Behaviors.empty(), NodePaths.CLIENT_SYSTEM, RemotingConfig.client(host, 0, host, 0));
        }));
    }

    /** Completes with {@code NodeStatus}, or exceptionally after {@code timeout}. */
    CompletionStage<AdminReply> status(HostAddress node, Duration timeout) {
        return admin(node, AdminRequest.GetStatus::from, timeout);
    }

    /** Completes with {@code ScrubStarted}, with {@code AdminFailed}, or exceptionally after {@code timeout}. */
    CompletionStage<AdminReply> startScrub(HostAddress node, String token, Duration timeout) {
        return admin(node, replyTo -> new AdminRequest.StartScrub(token, replyTo), timeout);
    }

    /** Completes with {@code Killed} when the store is closed, with {@code AdminFailed}, or exceptionally after a while. */
    CompletionStage<AdminReply> kill(HostAddress node, String token, Duration timeout) {
        return admin(node, replyTo -> new AdminRequest.Kill(token, replyTo), timeout);
    }

    /** Completes with {@code Replica}, with {@code OperatorFailed}, or exceptionally after {@code timeout}. */
    CompletionStage<OperatorReply> replica(HostAddress node, FileName name, Duration timeout) {
        return operator(node, replyTo -> new OperatorRequest.GetReplica(name, replyTo), timeout);
    }

    /** Completes with {@code Replication}, with {@code OperatorFailed}, or exceptionally after {@code timeout}. */
    CompletionStage<OperatorReply> replication(HostAddress node, Duration timeout) {
        return operator(node, OperatorRequest.GetReplication::new, timeout);
    }

    /** Completes with {@code Current}, with {@code OperatorFailed}, or exceptionally after {@code timeout}. */
    CompletionStage<OperatorReply> newHostList(HostAddress node, String token, HostList list, Duration timeout) {
        return operator(node, replyTo -> new OperatorRequest.NewHostList(token, list, replyTo), timeout);
    }

    /** Completes with {@code LossAccepted}, with {@code OperatorFailed}, or exceptionally after {@code timeout}. */
    CompletionStage<OperatorReply> acceptLoss(HostAddress node, String token, Set<HostId> givenUp, Duration timeout) {
        return operator(node, replyTo -> new OperatorRequest.AcceptLoss(token, givenUp, replyTo), timeout);
    }

    private CompletionStage<AdminReply> admin(
            HostAddress node, Function<ActorRef<AdminReply>, AdminRequest> question, Duration timeout) {
        return ask(node, NodePaths.FILES, question, timeout);
    }

    private CompletionStage<OperatorReply> operator(
            HostAddress node, Function<ActorRef<OperatorReply>, OperatorRequest> question, Duration timeout) {
        return ask(node, NodePaths.OPERATOR, question, timeout);
    }

    private <Q, A> CompletionStage<A> ask(
            HostAddress node, String actor, Function<ActorRef<A>, Q> question, Duration timeout) {
        return system.thenCompose(started -> AskPattern.ask(
                AdminClient.<Q>ref(started, node, actor), question::apply, timeout, started.scheduler()));
    }

    private static <T> ActorRef<T> ref(ActorSystem<Void> system, HostAddress node, String actor) {
        return ActorRefResolver.get(system)
                .resolveActorRef("pekko://" + NodePaths.NODE_SYSTEM + "@" + node + "/user/" + actor);
    }

    /** The address of this machine on the way to the first node that is not on it. Nothing is sent. */
    private static String ownAddress(List<HostAddress> nodes) {
        List<HostAddress> others =
                nodes.stream().filter(node -> !Loopback.isLoopback(node.host())).toList();
        if (others.isEmpty()) {
            return nodes.stream().anyMatch(node -> node.host().equals("::1")) ? "::1" : "127.0.0.1";
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getByName(others.get(0).host()), DISCARD_PORT));
            return socket.getLocalAddress().getHostAddress();
        } catch (IOException e) {
            return "127.0.0.1"; // no way to that host; those that can be reached are on this machine
        }
    }

    /** Frees ports and threads in the background; nothing that matters is under way. */
    @Override
    public void close() {
        CompletableFuture<Void> unused = system.thenAccept(ActorSystem::terminate);
    }
}
