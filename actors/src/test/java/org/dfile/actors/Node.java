package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.dfile.actors.peers.NoLinks;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.slots.PublishedRoles;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsActor;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.slots.SlotsNode;
import org.dfile.actors.slots.SlotsSettings;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Slot;
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
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.SlotRequest;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.store.LocalStore;
import org.dfile.store.VolumeIdentity;
import org.jspecify.annotations.Nullable;

/** A file server that leads all its slots, on a real volume, with a client that sends to it and sorts the replies by request. */
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

    final ControlledStore store = new ControlledStore(new VolumeIdentity(CLUSTER, SELF, VOLUME));
    final ActorRef<NodeRequest> files;
    private final ActorRef<SlotRequest> slots;
    final TestProbe<FileReply> replies;
    final TestProbe<AdminReply> admin;
    final TestProbe<ListReply> lists;
    final AtomicInteger killed = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();
    private final Map<Long, FileReply> arrived = new HashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ActorTestKit kit;

    /** What the host is for all its slots, whatever its slots say. */
    private volatile SlotRoles.@Nullable Role role;

    Node(ActorTestKit kit, String settings, HostList list) {
        this.kit = kit;
        this.replies = kit.createTestProbe();
        this.admin = kit.createTestProbe();
        this.lists = kit.createTestProbe();
        Placement placement = new Placement(list);
        PublishedRoles roles = new PublishedRoles();
        SlotRoles told = new SlotRoles() {
            @Override
            public Role of(Slot slot) {
                Role instead = role;
                return instead == null ? roles.of(slot) : instead;
            }

            @Override
            public ReplicationReport report() {
                return roles.report();
            }
        };
        Config config = ConfigFactory.load();
        Executor io = kit.system().dispatchers().lookup(DispatcherSelector.fromConfig("dfile.io-dispatcher"));
        Life life = new Life(LIST_VERSION, store.store().bootCount());
        SlotsNode slotsNode = new SlotsNode(
                SELF,
                life,
                () -> placement,
                store.store(),
                NO_LINKS,
                TransferSettings.from(config),
                io,
                (theirs, from) -> {});
        this.slots = kit.spawn(SlotsActor.create(SlotsSettings.from(config), slotsNode, roles));
        this.files = kit.spawn(FileServerActor.create(
                settings(settings),
                new NodeInfo(SELF, "1.2.3", Instant.ofEpochMilli(77), Path.of("/srv/data")),
                () -> placement,
                store.store(),
                TOKEN,
                hooks(),
                new Neighbours(told, slots.narrow(), NO_LINKS, TransferSettings.from(config))));
        slots.tell(new SlotsMessage.Begin(files));
        await().until(() -> !(roles.of(A.slot()) instanceof SlotRoles.Electing)
                || placement.replicasOf(A).stream().noneMatch(host -> host.id().equals(SELF)));
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

    LocalStore store() {
        return store.store();
    }

    /** There are no other hosts. */
    static final PeerLinks NO_LINKS = new NoLinks() {
        @Override
        public void toSlots(HostId to, SlotPeerMessage message) {
            // who is alone in a slot still says that it lives
        }
    };

    /** Ends the actors and removes the volume. */
    void close() throws IOException {
        store.releaseAccepts();
        kit.stop(files);
        kit.stop(slots);
        store.close();
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
        return new Stamp(new SessionId(new UUID(0, session)), number, Math.max(1, number - 63), FileVersion.NONE);
    }

    static FileName name(int number) {
        return FileName.of("file-" + number);
    }

    static StageId stageId(int number) {
        return new StageId(new UUID(3, number));
    }

    // -- roles

    /** From now on the files take the host to be this for all slots. */
    void become(SlotRoles.Role now) {
        role = now;
        files.unsafeUpcast().tell(new FileServerMessage.RolesChanged(List.of(A.slot())));
    }

    /** The files take the host to be what its slots say again. */
    void becomeWhatItIs() {
        role = null;
        files.unsafeUpcast().tell(new FileServerMessage.RolesChanged(List.of(A.slot())));
    }

    // -- requests; each returns its id

    long apply(FileName name, int session, long number, Change change) {
        long id = ids.incrementAndGet();
        files.tell(new FileRequest.Apply(id, ALONE.id(), name, stamp(session, number), change, replies.getRef()));
        return id;
    }

    /** A change of file {@code A}, the first of session 9, is under way, and stays so until accepts are released. */
    long beginCommitting() {
        int calls = store.calls(ControlledStore.Call.accept);
        store.holdAccepts();
        long held = apply(A, 9, 1, append("held"));
        await().until(() -> store.calls(ControlledStore.Call.accept) > calls);
        return held;
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

    /** Whether a reply came before one that was waited for. */
    boolean hasArrived(long id) {
        return arrived.containsKey(id);
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
