package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.peers.NoLinks;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.VolumeIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much of what other hosts send is held in memory. */
final class OpenFilesTest {

    private static final HostId FROM = new HostId("n2");
    private static final int PATIENCE_SECONDS = 30;

    private final ActorTestKit kit = ActorTestKit.create();
    private final ControlledStore store = new ControlledStore(new VolumeIdentity(Node.CLUSTER, Node.SELF, Node.VOLUME));
    private final ExecutorService io = Executors.newFixedThreadPool(2);
    private final BlockingQueue<PieceId> staged = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        kit.shutdownTestKit();
        io.shutdown();
        assertThat(io.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        store.close();
    }

    private ActorRef<NodeRequest> server(String settings) {
        NoLinks links = new NoLinks() {
            @Override
            public void toFiles(HostId to, FilePeerMessage message) {
                if (message instanceof FilePeerMessage.PieceStaged answer) {
                    staged.add(answer.piece());
                }
            }
        };
        FileEnvironment environment = FileEnvironments.alone(
                settings,
                store,
                io,
                kit.<FileServerMessage>createTestProbe().getRef(),
                kit.<SlotsMessage>createTestProbe().getRef(),
                links);
        return kit.spawn(Behaviors.<NodeRequest>setup(context -> {
            OpenFiles files = new OpenFiles(context, environment, context.getSelf()::tell);
            return Behaviors.receiveMessage(message -> {
                if (message instanceof FilePeerMessage mail) {
                    files.take(mail, true);
                }
                return Behaviors.same();
            });
        }));
    }

    private static PieceId send(ActorRef<NodeRequest> server, int byteCount) {
        PieceId piece = new PieceId(UUID.randomUUID());
        server.tell(new FilePeerMessage.PieceMail(Node.ALONE.id(), FROM, Node.A, piece, Bytes.of(new byte[byteCount])));
        return piece;
    }

    @Test
    void mailBeyondTheLimit_isLeftAside_untilWhatCameBeforeIsOnTheDisk() throws Exception {
        CountDownLatch gate = store.holdStandings();
        ActorRef<NodeRequest> server = server("max-peer-bytes = 15");
        PieceId first = send(server, 10);
        send(server, 6);
        PieceId third = send(server, 5);
        gate.countDown();
        assertThat(staged.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isIn(first, third);
        assertThat(staged.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isIn(first, third);
        PieceId last = send(server, 15);
        assertThat(staged.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(last);
    }
}
