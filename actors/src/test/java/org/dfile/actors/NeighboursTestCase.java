package org.dfile.actors;

import static org.dfile.actors.transfer.Replica.NAME;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.peers.NoLinks;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.Held;
import org.dfile.actors.transfer.Replica;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.actors.transfer.TransferSource;
import org.dfile.model.Batch;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Operation;
import org.dfile.model.Placement;
import org.dfile.model.Slot;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.peer.BatchCodec;
import org.dfile.protocol.peer.FilePeerMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file server on a real volume, and two hosts that only give what they hold: a test says for them what coordinators say.
 */
abstract class NeighboursTestCase {

    private static final List<String> HOSTS = List.of("n1", "n2", "n3");
    static final byte[] CONTENT = content();

    private final ActorTestKit kit = ActorTestKit.create();
    private final ExecutorService io = Executors.newFixedThreadPool(4);
    final Map<HostId, Replica> replicas = new LinkedHashMap<>();
    private final Map<HostId, TransferSource> sources = new ConcurrentHashMap<>();
    final List<HostId> asked = new ArrayList<>();
    final Held held = new Held();
    final AtomicInteger opened = new AtomicInteger();
    private final TestProbe<SlotsMessage> slots = kit.createTestProbe();
    volatile Consumer<FilePeerMessage> onMessage = message -> {};

    /** Settings of transfers that are not the usual ones. */
    String transfers = "";

    private final Set<HostId> dead = ConcurrentHashMap.newKeySet();
    private volatile Map<HostId, Long> silent = Map.of();
    private volatile SlotRoles.Role role = new SlotRoles.Electing();
    HostList list;
    Replica own;
    private @Nullable ActorRef<NodeRequest> files;

    private static byte[] content() {
        byte[] content = new byte[2 << 20];
        new Random(7).nextBytes(content);
        return content;
    }

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        List<Host> hosts = new ArrayList<>();
        for (String host : HOSTS) {
            Replica replica = Replica.complete(folder.resolve(host), host);
            hosts.add(new Host(
                    replica.id, new HostAddress("127.0.0.1", hosts.size() + 1), new VolumeId(UUID.randomUUID())));
            replicas.put(replica.id, replica);
            sources.put(replica.id, new TransferSource(transfers(), replica.store, io, kit.system(), trouble -> {}));
        }
        list = new HostList(new ClusterId(new UUID(1, 2)), 1, HOSTS.size(), hosts);
        own = replica("n1");
    }

    @AfterEach
    void close() throws Exception {
        kit.shutdownTestKit();
        sources.values().forEach(TransferSource::close);
        for (Replica replica : replicas.values()) {
            replica.close();
        }
        io.shutdownNow();
    }

    Replica replica(String host) {
        return replica(new HostId(host));
    }

    Replica replica(HostId host) {
        return Objects.requireNonNull(replicas.get(host));
    }

    ActorRef<NodeRequest> server() {
        return Objects.requireNonNull(files);
    }

    private TransferSettings transfers() {
        return TransferSettings.from(ConfigFactory.parseString("dfile.transfer { " + transfers + " }")
                .withFallback(ConfigFactory.load()));
    }

    void startServer(String damage) {
        Config config = ConfigFactory.parseString("dfile.server.damage { look-interval = 50 ms, " + damage + " }")
                .withFallback(ConfigFactory.load());
        Placement placement = new Placement(list);
        files = kit.spawn(FileServerActor.create(
                FileServerSettings.from(config),
                new NodeInfo(own.id, "1", Instant.EPOCH, own.directory),
                () -> placement,
                held.watch(own.store),
                Node.TOKEN,
                new NodeHooks() {
                    @Override
                    public void killed() {}

                    @Override
                    public void storageFailed(String detail) {
                        throw new AssertionError(detail);
                    }
                },
                new Neighbours(new Roles(), slots.getRef(), new Links(), transfers())));
    }

    private final class Roles implements SlotRoles {
        @Override
        public Role of(Slot slot) {
            return role;
        }

        @Override
        public ReplicationReport report() {
            return new ReplicationReport(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, silent);
        }
    }

    /** From now on the server takes its host to be this for all slots. */
    void become(SlotRoles.Role now) {
        role = now;
        server().unsafeUpcast().tell(new FileServerMessage.RolesChanged(List.of(NAME.slot())));
    }

    /** The host answers no more; nobody knows yet. */
    void die(HostId host) {
        dead.add(host);
    }

    /** The silence of a dead host is noticed. */
    void notice(HostId host) {
        silent = Map.of(host, 1L);
    }

    /** To the hosts that only give; what else is said to them is lost. */
    private final class Links extends NoLinks {
        @Override
        public void toFiles(HostId to, FilePeerMessage message) {
            onMessage.accept(message);
            if (message instanceof FilePeerMessage.OpenTransfer) {
                opened.incrementAndGet();
                synchronized (asked) {
                    asked.add(to);
                }
            }
            if (!dead.contains(to)) {
                Objects.requireNonNull(sources.get(to)).take(message);
            }
        }
    }

    /** Has all of them hold the first state of the file. */
    void writeEverywhere() throws Exception {
        for (Replica replica : replicas.values()) {
            replica.commit(Replica.batch(
                    1,
                    1,
                    List.of(new Operation.Create(), new Operation.WriteStaged(0, replica.stage(CONTENT, 1 << 20))),
                    List.of()));
        }
    }

    /** The coordinator on another host has all of them accept a batch. */
    void sayAccept(HostId from, StateId before, Batch batch) {
        FileMessage.Accept accept = new FileMessage.Accept(Replica.BALLOT, before, Replica.id(batch));
        server().tell(new FilePeerMessage.AcceptMail(list.id(), from, NAME, accept, BatchCodec.encode(batch)));
    }

    /** The coordinator on another host says what is chosen. */
    void sayCommit(HostId from, StateId id) {
        server().tell(new FilePeerMessage.FileMail(list.id(), from, NAME, new FileMessage.Commit(Replica.BALLOT, id)));
    }
}
