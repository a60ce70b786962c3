package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.dfile.model.Bytes;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.ListId;
import org.dfile.model.StageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bulk messages between two actor systems over TCP, as a client and a node have them. */
class TransportTest {

    private static final FileName NAME = FileName.of("a");
    private static final ListId LIST = new ListId(new ClusterId(new UUID(3, 4)), 1);

    private final BlockingQueue<FileReply> replies = new LinkedBlockingQueue<>();
    private ActorSystem<Void> node;
    private ActorSystem<Void> client;

    /** Sends what is no message of ours under the name of one. */
    static final class BrokenSerializer extends SerializerWithStringManifest {

        BrokenSerializer(ExtendedActorSystem system) {
            assertThat(system).isNotNull();
        }

        @Override
        public int identifier() {
            return BulkSerializer.IDENTIFIER;
        }

        @Override
        public String manifest(Object message) {
            return "S";
        }

        @Override
        public byte[] toBinary(Object message) {
            return new byte[] {'D', 'F', 1, 'S', 0, 0, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f};
        }

        @Override
        public Object fromBinary(byte[] bytes, String manifest) {
            throw new UnsupportedOperationException("only sends");
        }
    }

    @BeforeEach
    void start() {
        Config fast = ConfigFactory.parseString("pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms");
        node = start(echo(), NodePaths.NODE_SYSTEM, RemotingConfig.node("", 0, "127.0.0.1", 0, fast));
        client = start(
                Behaviors.receiveMessage(reply -> {
                    replies.add((FileReply) reply);
                    return Behaviors.same();
                }),
                NodePaths.CLIENT_SYSTEM,
                fast.withFallback(RemotingConfig.client("", 0, "127.0.0.1", 0)));
    }

    @AfterEach
    void stop() {
        for (ActorSystem<Void> system : List.of(client, node)) {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static ActorSystem<Void> start(Behavior<Object> bulk, String name, Config config) {
        return ActorSystem.create(
                Behaviors.setup(context -> {
                    context.spawn(bulk, NodePaths.BULK);
                    return Behaviors.empty();
                }),
                name,
                config);
    }

    /** Answers bytes with the same bytes. */
    private static Behavior<Object> echo() {
        return Behaviors.receiveMessage(message -> {
            FileRequest.Stage stage = (FileRequest.Stage) message;
            stage.replyTo().tell(new FileReply.Contents(stage.id(), FileVersion.NONE, 0, 0, stage.bytes()));
            return Behaviors.same();
        });
    }

    private static <T> ActorRef<T> bulk(ActorSystem<?> from, ActorSystem<?> to) {
        String root = ActorRefResolver.get(to).toSerializationFormat(to).replaceAll("/user.*", "");
        return ActorRefResolver.get(from).resolveActorRef(root + "/user/" + NodePaths.BULK);
    }

    private FileRequest.Stage stage(long id, Bytes bytes, ActorSystem<?> sender) {
        return new FileRequest.Stage(id, LIST, NAME, new StageId(new UUID(1, 2)), 0, bytes, bulk(sender, client));
    }

    private FileReply reply() throws InterruptedException {
        FileReply reply = replies.poll(20, TimeUnit.SECONDS);
        assertThat(reply).isNotNull();
        return reply;
    }

    @Test
    void largestChunk_thereAndBack_isIntact() throws Exception {
        byte[] content = new byte[Limits.MAX_CHUNK_BYTES];
        new Random(1).nextBytes(content);
        Bytes bytes = Bytes.of(ByteBuffer.wrap(content));
        for (int id = 1; id <= 16; id++) {
            bulk(client, node).tell(stage(id, bytes, client));
        }
        for (int id = 1; id <= 16; id++) {
            FileReply.Contents contents = (FileReply.Contents) reply();
            assertThat(contents.id()).isEqualTo(id);
            assertThat(contents.bytes().intact()).isTrue();
            assertThat(contents.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void bufferChangedOnTheWay_arrivesWithTheOldChecksum() throws Exception {
        byte[] content = {1, 2, 3};
        Bytes bytes = Bytes.of(content);
        content[0] = 9;

        bulk(client, node).tell(stage(1, bytes, client));

        assertThat(((FileReply.Contents) reply()).bytes().intact()).isFalse();
    }

    @Test
    void brokenMessage_isDroppedAndTheConnectionStays() throws Exception {
        Config broken = ConfigFactory.parseString(
                "pekko.actor.serializers.dfile-bulk = \"" + BrokenSerializer.class.getName() + "\"");
        ActorSystem<Void> stranger = start(
                Behaviors.empty(),
                NodePaths.CLIENT_SYSTEM,
                broken.withFallback(RemotingConfig.client("", 0, "127.0.0.1", 0)));
        try {
            for (int id = 1; id <= 50; id++) {
                bulk(stranger, node).tell(stage(id, Bytes.EMPTY, stranger));
            }
            bulk(client, node).tell(stage(99, Bytes.EMPTY, client));

            assertThat(reply().id()).isEqualTo(99);
            assertThat(node.getWhenTerminated().toCompletableFuture()).isNotDone();
        } finally {
            stranger.terminate();
            stranger.getWhenTerminated().toCompletableFuture().join();
        }
    }
}
