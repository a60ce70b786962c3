package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.dfile.model.VolumeId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.FileStore;

/** A file server on a store in memory, with a client that sends to it and sorts the replies by request. */
final class Node {

    static final String TOKEN = "secret";
    static final HostId SELF = new HostId("h1");
    static final HostId OTHER = new HostId("h2");
    static final VolumeId VOLUME = new VolumeId(new UUID(7, 1));
    static final ClusterId CLUSTER = new ClusterId(new UUID(9, 9));
    static final long LIST_VERSION = 5;
    static final FileName A = FileName.of("a");

    static final HostList ALONE =
            new HostList(CLUSTER, LIST_VERSION, 1, List.of(new Host(SELF, new HostAddress("127.0.0.1", 1), VOLUME)));

    static final HostList TWO_HOSTS = new HostList(
            CLUSTER,
            LIST_VERSION,
            1,
            List.of(
                    new Host(SELF, new HostAddress("127.0.0.1", 1), VOLUME),
                    new Host(OTHER, new HostAddress("127.0.0.1", 2), new VolumeId(new UUID(7, 2)))));

    final InMemoryFileStore store = new InMemoryFileStore(CLUSTER, SELF, VOLUME);
    final ActorRef<NodeRequest> files;
    final TestProbe<FileReply> replies;
    final TestProbe<AdminReply> admin;
    final TestProbe<ListReply> lists;
    final AtomicInteger killed = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    private final Map<Long, FileReply> arrived = new HashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ActorTestKit kit;

    Node(ActorTestKit kit, String settings) {
        this(kit, settings, ALONE);
    }

    Node(ActorTestKit kit, String settings, HostList list) {
        this.kit = kit;
        this.replies = kit.createTestProbe();
        this.admin = kit.createTestProbe();
        this.lists = kit.createTestProbe();
        this.files = kit.spawn(FileServerActor.create(
                settings(settings),
                new NodeInfo(SELF, "1.2.3", Instant.ofEpochMilli(77), Path.of("/srv/data")),
                new Placement(list),
                store,
                TOKEN,
                hooks()));
    }

    static FileServerSettings settings(String overrides) {
        return FileServerSettings.from(
                ConfigFactory.parseString("dfile.server { " + overrides + " }").withFallback(ConfigFactory.load()));
    }

    NodeHooks hooks() {
        return new NodeHooks() {
            @Override
            public void killed() {
                killed.incrementAndGet();
            }

            @Override
            public void storageFailed(String detail) {
                failed.incrementAndGet();
            }
        };
    }

    FileStore store() {
        return store;
    }

    // -- values

    static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Bytes bytes(int byteCount) {
        return bytes("x".repeat(byteCount));
    }

    static String text(Bytes bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.buffer()).toString();
    }

    static Change append(String text) {
        return new Change.Append(0, true, bytes(text));
    }

    static Stamp stamp(int session, long number) {
        return new Stamp(new SessionId(new UUID(0, session)), number, Math.max(1, number - 63), 0);
    }

    static StageId stageId(int number) {
        return new StageId(new UUID(3, number));
    }

    // -- requests; each returns its id

    long apply(FileName name, int session, long number, Change change) {
        long id = ids.incrementAndGet();
        files.tell(new FileRequest.Apply(id, ALONE.id(), name, stamp(session, number), change, replies.getRef()));
        return id;
    }

    long read(FileName name, long offset, int byteCount) {
        return read(name, 0, offset, byteCount);
    }

    long read(FileName name, long generation, long offset, int byteCount) {
        long id = ids.incrementAndGet();
        files.tell(new FileRequest.Read(id, ALONE.id(), name, generation, offset, byteCount, replies.getRef()));
        return id;
    }

    long stat(FileName name) {
        return stat(name, ALONE.id());
    }

    /** The host list of this node's cluster, or of its past or future. */
    static ListId list(long version) {
        return new ListId(CLUSTER, version);
    }

    long stat(FileName name, ListId list) {
        long id = ids.incrementAndGet();
        files.tell(new FileRequest.Stat(id, list, name, replies.getRef()));
        return id;
    }

    long stage(FileName name, StageId stage, long offset, Bytes bytes) {
        long id = ids.incrementAndGet();
        files.tell(new FileRequest.Stage(id, ALONE.id(), name, stage, offset, bytes, replies.getRef()));
        return id;
    }

    long list(String prefix, String after, int limit, ListId list) {
        long id = ids.incrementAndGet();
        files.tell(new ListRequest(id, list, prefix, after, limit, lists.getRef()));
        return id;
    }

    void kill(String token) {
        files.tell(new AdminRequest.Kill(token, admin.getRef()));
    }

    void startScrub(String token) {
        files.tell(new AdminRequest.StartScrub(token, admin.getRef()));
    }

    // -- replies

    FileReply reply(long id) {
        while (!arrived.containsKey(id)) {
            FileReply reply = replies.receiveMessage(Duration.ofSeconds(10));
            assertThat(arrived.put(reply.id(), reply))
                    .as("a second reply to one request: " + reply)
                    .isNull();
        }
        FileReply reply = arrived.get(id);
        assertThat(reply).isNotNull();
        return reply;
    }

    Receipt receipt(long id) {
        FileReply reply = reply(id);
        assertThat(reply).isInstanceOf(FileReply.Changed.class);
        return ((FileReply.Changed) reply).receipt();
    }

    Failure failure(long id) {
        FileReply reply = reply(id);
        assertThat(reply).isInstanceOf(FileReply.Failed.class);
        return ((FileReply.Failed) reply).failure();
    }

    String contents(long id) {
        FileReply reply = reply(id);
        assertThat(reply).isInstanceOf(FileReply.Contents.class);
        return text(((FileReply.Contents) reply).bytes());
    }

    AdminReply.NodeStatus status() {
        TestProbe<AdminReply> probe = kit.createTestProbe();
        files.tell(AdminRequest.GetStatus.from(probe.getRef()));
        return probe.expectMessageClass(AdminReply.NodeStatus.class, Duration.ofSeconds(10));
    }
}
