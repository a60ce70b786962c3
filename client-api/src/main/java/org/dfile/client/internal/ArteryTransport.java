package org.dfile.client.internal;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.HostAddress;
import org.dfile.model.ListId;
import org.dfile.model.Version;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.RemotingConfig;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls over Pekko Artery. Two actors take all replies, one of them those with much data, which travel on a connection of
 * their own; no actor is made per request.
 */
final class ArteryTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(ArteryTransport.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** The two actors of a node. */
    private record Node(ActorRef<NodeRequest> files, ActorRef<NodeRequest> bulk) {}

    private final ActorSystem<Void> system;
    private final ConcurrentHashMap<HostAddress, Node> nodes = new ConcurrentHashMap<>();
    private final CompletableFuture<ActorRef<WireMessage>> repliesStarted = new CompletableFuture<>();
    private final CompletableFuture<ActorRef<WireMessage>> bulkStarted = new CompletableFuture<>();
    private final ActorRef<WireMessage> replies;
    private final ActorRef<WireMessage> bulk;
    private volatile @Nullable Receiver receiver;

    /**
     * Starts the actor system.
     *
     * @throws RuntimeException if its port cannot be taken
     */
    ArteryTransport(String bindHost, int bindPort, String canonicalHost, int canonicalPort) {
        Config config = RemotingConfig.client(bindHost, bindPort, canonicalHost, canonicalPort);
        BootstrapSetup setup = BootstrapSetup.create(
                Optional.of(RemotingConfig.class.getClassLoader()), Optional.of(config), Optional.empty());
        this.system = ActorSystem.create(guardian(), NodePaths.CLIENT_SYSTEM, setup);
        this.replies = repliesStarted.join();
        this.bulk = bulkStarted.join();
    }

    private Behavior<Void> guardian() {
        return Behaviors.setup(context -> {
            repliesStarted.complete(context.spawn(receiving(), NodePaths.REPLIES));
            bulkStarted.complete(context.spawn(receiving(), NodePaths.BULK));
            return Behaviors.empty();
        });
    }

    private Behavior<WireMessage> receiving() {
        return Behaviors.receiveMessage(reply -> {
            deliver(reply);
            return Behaviors.same();
        });
    }

    private void deliver(WireMessage reply) {
        Receiver to = receiver;
        if (to == null) {
            LOG.debug("{} came before the client was ready", reply);
        } else if (reply instanceof FileReply fileReply) {
            to.onFileReply(fileReply);
        } else if (reply instanceof ListReply listReply) {
            to.onListReply(listReply);
        } else {
            LOG.warn("{} is no reply", reply);
        }
    }

    /** Returns where hosts reach this client. */
    HostAddress clientAddress() {
        var address = system.address();
        return new HostAddress(address.getHost().orElse("?"), address.getPort().orElse(1));
    }

    /** Asks a host for the host list; rare, so a temporary actor may take the answer. */
    CompletionStage<AdminReply> hello(HostAddress to, Duration patience) {
        return AskPattern.ask(
                node(to).files(),
                replyTo -> AdminRequest.Hello.from(Version.TEXT, replyTo),
                patience,
                system.scheduler());
    }

    @Override
    public void start(Receiver newReceiver) {
        receiver = newReceiver;
    }

    @Override
    public void send(HostAddress to, long id, ListId list, Call call) {
        Node node = node(to);
        if (call instanceof Call.Read read) {
            node.files.tell(new FileRequest.Read(
                    id,
                    list,
                    read.name(),
                    read.generation(),
                    read.offset(),
                    read.byteCount(),
                    isBulk(read.byteCount()) ? bulk.narrow() : replies.narrow()));
        } else if (call instanceof Call.Apply apply) {
            target(node, apply.change().bytes().byteCount())
                    .tell(new FileRequest.Apply(
                            id, list, apply.name(), apply.stamp(), apply.change(), replies.narrow()));
        } else if (call instanceof Call.Stage stage) {
            target(node, stage.bytes().byteCount())
                    .tell(new FileRequest.Stage(
                            id, list, stage.name(), stage.stage(), stage.offset(), stage.bytes(), replies.narrow()));
        } else if (call instanceof Call.Stat stat) {
            node.files.tell(new FileRequest.Stat(id, list, stat.name(), replies.narrow()));
        } else if (call instanceof Call.Names names) {
            ActorRef<ListReply> replyTo = bulk.narrow();
            node.files.tell(new ListRequest(id, list, names.prefix(), names.after(), names.limit(), replyTo));
        } else {
            throw new AssertionError("unhandled call " + call);
        }
    }

    /**
     * A node that stops in order says farewell, and Artery drops whatever is sent to it from then on. It forgets that after
     * {@code remove-quarantined-association-after}; a reference that is in use does not, so another one is taken.
     */
    @Override
    public void silent(HostAddress host) {
        nodes.remove(host);
    }

    private static ActorRef<NodeRequest> target(Node node, int byteCount) {
        return isBulk(byteCount) ? node.bulk : node.files;
    }

    private static boolean isBulk(int byteCount) {
        return byteCount > NodePaths.BULK_THRESHOLD_BYTES;
    }

    private Node node(HostAddress address) {
        Node known = nodes.get(address);
        return known != null ? known : nodes.computeIfAbsent(address, this::resolve);
    }

    private Node resolve(HostAddress address) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        String user = "pekko://" + NodePaths.NODE_SYSTEM + "@" + address + "/user/";
        return new Node(
                resolver.resolveActorRef(user + NodePaths.FILES), resolver.resolveActorRef(user + NodePaths.BULK));
    }

    @Override
    public void close() {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it stops by itself
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the client's network was not closed within {}", STOP_PATIENCE, e);
        }
    }
}
