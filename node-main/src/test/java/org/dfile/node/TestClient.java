package org.dfile.node;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostAddress;
import org.dfile.model.ListId;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.model.WriteMode;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.RemotingConfig;

/** Sends single messages to a node over TCP and waits for the answer. */
final class TestClient implements AutoCloseable {

    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final int ATTEMPTS = 10;

    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            NodePaths.CLIENT_SYSTEM,
            ConfigFactory.parseString("pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms")
                    .withFallback(RemotingConfig.client("", 0, "127.0.0.1", 0)));

    private ActorRef<NodeRequest> node(HostAddress address, String actor) {
        return ActorRefResolver.get(system)
                .resolveActorRef("pekko://" + NodePaths.NODE_SYSTEM + "@" + address + "/user/" + actor);
    }

    /**
     * Asks until there is an answer: after a restart of the node the transport drops what comes before its first
     * handshake.
     */
    private <T> T ask(HostAddress address, String actor, Function<ActorRef<T>, NodeRequest> question) {
        CompletionStage<T> answer = AskPattern.ask(node(address, actor), question, ATTEMPT, system.scheduler());
        for (int i = 1; i < ATTEMPTS; i++) {
            answer = answer.exceptionallyCompose(
                    error -> AskPattern.ask(node(address, actor), question, ATTEMPT, system.scheduler()));
        }
        return answer.toCompletableFuture().join();
    }

    AdminReply admin(HostAddress address, Function<ActorRef<AdminReply>, NodeRequest> question) {
        return ask(address, NodePaths.FILES, question);
    }

    AdminReply.NodeStatus status(HostAddress address) {
        return (AdminReply.NodeStatus) admin(address, AdminRequest.GetStatus::from);
    }

    private ListId listOf(HostAddress address) {
        AdminReply.NodeStatus status = status(address);
        return new ListId(status.cluster(), status.listVersion());
    }

    /** Replaces a whole file, in a session of its own. */
    FileReply put(HostAddress address, String name, String content) {
        Change change = new Change.Replace(WriteMode.REPLACE, Bytes.of(content.getBytes(StandardCharsets.UTF_8)));
        Stamp stamp = new Stamp(new SessionId(UUID.randomUUID()), 1, 1, FileVersion.NONE);
        ListId list = listOf(address);
        return ask(
                address,
                NodePaths.BULK,
                replyTo -> new FileRequest.Apply(1, list, FileName.of(name), stamp, change, replyTo));
    }

    /** Reads the first bytes. */
    FileReply read(HostAddress address, String name) {
        ListId list = listOf(address);
        return ask(
                address,
                NodePaths.FILES,
                replyTo -> new FileRequest.Read(2, list, FileName.of(name), 0, 0, 1_000, replyTo));
    }

    String content(HostAddress address, String name) {
        FileReply.Contents contents = (FileReply.Contents) read(address, name);
        if (!contents.bytes().intact()) {
            throw new AssertionError("bytes of " + name + " do not match their checksum");
        }
        return StandardCharsets.UTF_8.decode(contents.bytes().buffer()).toString();
    }

    ListReply list(HostAddress address) {
        ListId list = listOf(address);
        return ask(address, NodePaths.FILES, replyTo -> new ListRequest(3, list, "", "", 10, replyTo));
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }
}
