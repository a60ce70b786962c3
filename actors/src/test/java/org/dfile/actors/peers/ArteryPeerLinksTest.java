package org.dfile.actors.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.awaitility.Awaitility;
import org.dfile.actors.BulkAlias;
import org.dfile.actors.FileServerMessage;
import org.dfile.actors.ForwardedAlias;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.SessionId;
import org.dfile.model.Slot;
import org.dfile.model.Stamp;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.RemotingConfig;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArteryPeerLinksTest {

    private static final HostId OTHER = new HostId("n2");
    private static final FileName NAME = FileName.of("a");
    private static final ClusterId CLUSTER = new ClusterId(new UUID(3, 4));
    private static final ListId LIST = new ListId(CLUSTER, 1);

    private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    private ActorSystem<Void> here;
    private ActorSystem<Void> there;
    private ArteryPeerLinks links;

    @BeforeEach
    void start() {
        here = system(node(), 0);
        there = system(node(), 0);
        links = new ArteryPeerLinks(here, list(port(there)), Duration.ofMillis(200));
    }

    @AfterEach
    void stop() {
        stop(here);
        stop(there);
    }

    private static void stop(ActorSystem<Void> system) {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static int port(ActorSystem<Void> system) {
        return system.address().getPort().orElseThrow();
    }

    private static ActorSystem<Void> system(Behavior<Void> guardian, int port) {
        Config fast = ConfigFactory.parseString("pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms");
        return ActorSystem.create(
                guardian,
                NodePaths.NODE_SYSTEM,
                BootstrapSetup.create(
                        Optional.of(RemotingConfig.class.getClassLoader()),
                        Optional.of(RemotingConfig.node("", 0, "127.0.0.1", port, fast)),
                        Optional.empty()));
    }

    private static HostList list(int port) {
        return new HostList(
                CLUSTER,
                1,
                1,
                List.of(new Host(OTHER, new HostAddress("127.0.0.1", port), new VolumeId(new UUID(1, 2)))));
    }

    /** The actors of a node, of which each message is told by the name of its actor. */
    private Behavior<Void> node() {
        return Behaviors.setup(context -> {
            ActorRef<NodeRequest> files = context.spawn(
                    Behaviors.receiveMessage(message -> {
                        arrived.add(message);
                        return Behaviors.same();
                    }),
                    NodePaths.FILES);
            context.spawn(BulkAlias.create(files), NodePaths.BULK);
            context.spawn(ForwardedAlias.create(files), NodePaths.FORWARDED);
            context.spawn(ForwardedAlias.create(files), NodePaths.FORWARDED_BULK);
            context.spawn(
                    Behaviors.receiveMessage(message -> {
                        arrived.add(message);
                        return Behaviors.same();
                    }),
                    NodePaths.SLOTS);
            return Behaviors.empty();
        });
    }

    private Object next() throws InterruptedException {
        Object message = arrived.poll(20, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        return message;
    }

    private static FilePeerMessage.PieceMail piece(int byteCount) {
        return new FilePeerMessage.PieceMail(
                LIST, OTHER, NAME, new PieceId(new UUID(5, 6)), Bytes.of(new byte[byteCount]));
    }

    private FileRequest.Apply request(int byteCount) {
        ActorRef<FileReply> client = ActorRefResolver.get(here)
                .resolveActorRef("pekko://dfile-client@127.0.0.1:1/user/" + NodePaths.REPLIES);
        return new FileRequest.Apply(
                1,
                LIST,
                NAME,
                new Stamp(new SessionId(new UUID(7, 8)), 1, 1, FileVersion.NONE),
                new Change.Replace(WriteMode.REPLACE, Bytes.of(new byte[byteCount])),
                client);
    }

    @Test
    void messagesOfFiles_largeOrSmall_reachTheFileServer() throws InterruptedException {
        FilePeerMessage mend = new FilePeerMessage.Mend(LIST, OTHER, NAME);
        links.toFiles(OTHER, mend);
        assertThat(next()).isEqualTo(mend);
        links.toFiles(OTHER, piece(1 << 20)); // too large for any but the connection of its own
        assertThat(next()).isEqualTo(piece(1 << 20));
    }

    @Test
    void messagesOfSlots_reachTheSlots() throws InterruptedException {
        SlotPeerMessage ask = new SlotPeerMessage.AskDigests(LIST, OTHER, List.of(new Slot(7)));
        links.toSlots(OTHER, ask);
        assertThat(next()).isEqualTo(ask);
    }

    @Test
    void requestsPassedOn_areMarkedAndKeepTheirClient() throws InterruptedException {
        for (int byteCount : new int[] {10, 1 << 20}) {
            links.forward(OTHER, request(byteCount));
            assertThat(next()).isEqualTo(new FileServerMessage.Forwarded(request(byteCount)));
        }
    }

    @Test
    void messageToAnUnknownHost_isLost() throws InterruptedException {
        links.toFiles(new HostId("nobody"), piece(1));
        links.toFiles(OTHER, piece(2));
        assertThat(next()).isEqualTo(piece(2));
    }

    /** It said farewell, and whatever is sent after that is dropped for a while. */
    @Test
    void peerStoppedInOrderAndStartedAgain_isReachedAgain() throws InterruptedException {
        links.toFiles(OTHER, piece(1));
        next();
        new ArteryPeerLinks(there, list(port(here)), Duration.ZERO).toFiles(OTHER, piece(3)); // who spoke says farewell
        next();
        int port = port(there);
        stop(there);
        there = system(node(), port);

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            links.toFiles(OTHER, piece(2));
            links.toSlots(OTHER, new SlotPeerMessage.AskDigests(LIST, OTHER, List.of()));
            assertThat(arrived).contains(piece(2));
            assertThat(arrived).hasAtLeastOneElementOfType(SlotPeerMessage.AskDigests.class);
        });
    }
}
