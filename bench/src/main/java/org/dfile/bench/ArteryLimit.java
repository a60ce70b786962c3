package org.dfile.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.ListId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.RemotingConfig;

/** Bare Artery request and reply: one reply actor, correlation ids, as many echo processes as the cluster has nodes. */
final class ArteryLimit implements AutoCloseable {

    /** Of no cluster; it takes the place that a client's would. */
    private static final ListId LIST = new ListId(new ClusterId(new UUID(0, 0)), 1);

    static final int SMALL_BYTES = 64;

    private final Map<Long, CompletableFuture<FileReply>> pending = new ConcurrentHashMap<>();
    private final List<ForkedJvm> peers = new ArrayList<>();
    private final List<ActorRef<FileRequest>> echoes = new ArrayList<>();
    private final ActorSystem<FileReply> system;
    private final FileName name = FileName.of("bench/limit");

    private ArteryLimit(ActorSystem<FileReply> system) {
        this.system = system;
    }

    static ArteryLimit start(int peerCount) throws IOException {
        String loopback = InetAddress.getLoopbackAddress().getHostAddress();
        CompletableFuture<ArteryLimit> self = new CompletableFuture<>();
        ActorSystem<FileReply> system = ActorSystem.create(
                replies(self), NodePaths.CLIENT_SYSTEM, RemotingConfig.client(loopback, 0, loopback, 0));
        ArteryLimit limit = new ArteryLimit(system);
        self.complete(limit);
        for (int peer = 0; peer < peerCount; peer++) {
            ForkedJvm jvm = ForkedJvm.start(ArteryEcho.class);
            limit.peers.add(jvm);
            limit.echoes.add(ActorRefResolver.get(system)
                    .resolveActorRef("pekko://" + NodePaths.NODE_SYSTEM + "@" + loopback + ":" + jvm.readLine()
                            + "/user/" + NodePaths.FILES));
        }
        return limit;
    }

    private static Behavior<FileReply> replies(CompletableFuture<ArteryLimit> self) {
        return Behaviors.receiveMessage(reply -> {
            self.join().complete(reply);
            return Behaviors.same();
        });
    }

    private void complete(FileReply reply) {
        CompletableFuture<FileReply> waiting = pending.remove(reply.id());
        if (waiting != null) {
            waiting.complete(reply);
        }
    }

    CompletionStage<FileReply> ask(long number, int byteCount) {
        CompletableFuture<FileReply> reply = new CompletableFuture<>();
        pending.put(number, reply);
        echoes.get((int) (number % echoes.size()))
                .tell(new FileRequest.Read(number, LIST, name, 0, 0, byteCount, system));
        return reply;
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        peers.forEach(ForkedJvm::close);
    }
}
