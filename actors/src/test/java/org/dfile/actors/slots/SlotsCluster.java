package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.FileServerMessage;
import org.dfile.actors.peers.NoLinks;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.actors.transfer.TransferSource;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.Placement;
import org.dfile.model.Slot;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.SlotRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.store.AcceptResult;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;
import org.jspecify.annotations.Nullable;

/** The slots of a few hosts in one process, each on a real volume, with a network between them that can be cut. */
final class SlotsCluster implements AutoCloseable {

    /** Below all that hosts of the cluster take themselves. */
    static final Ballot WRITTEN = new Ballot(1, new HostId("h0"), new Life(1, 1));

    private static final Config QUICK = ConfigFactory.parseString("""
            dfile.slots {
              tick = 50 ms
              heartbeats { interval = 100 ms, acceptable-pause = 500 ms, min-deviation = 50 ms }
              leading { listen-at-start = 500 ms, back-off = 50 ms, turn = 300 ms, attempt = 500 ms,
                        take-back-after = 500 ms }
              rejoining { retry = 50 ms }
              repair { look-interval = 200 ms, second-look = 50 ms, mend-timeout = 500 ms }
            }
            """);

    /** One host: its volume outlives its process. */
    final class Member {
        final HostId id;
        Path directory;
        private int lives;
        final VolumeIdentity identity;
        final TestProbe<NodeRequest> files;
        PublishedRoles roles = new PublishedRoles();

        private @Nullable LocalStore opened;
        private @Nullable TransferSource transfers;
        private @Nullable ActorRef<SlotRequest> actor;

        Member(Host host, Path directory) {
            this.id = host.id();
            this.directory = directory;
            this.identity = new VolumeIdentity(list.cluster(), host.id(), host.volume());
            this.files = kit.createTestProbe();
        }

        /** Starts it; an empty directory becomes a volume that is complete. */
        void start() throws StoreException {
            open();
            begin();
        }

        /** Opens its volume, and no more. */
        void open() throws StoreException {
            Volumes.format(directory, identity, StoreSettings.defaults());
            openVolume();
        }

        /** Puts an empty disk in the place of its own, and starts it. */
        void startWithoutMemory() throws StoreException {
            lives++;
            directory = directory.resolveSibling(id.text() + "-" + lives);
            Volumes.formatReplacement(directory, identity, StoreSettings.defaults());
            openVolume();
            begin();
        }

        private void openVolume() throws StoreException {
            LocalStore volume = Volumes.open(directory, identity, StoreSettings.defaults(), poison -> {});
            opened = volume;
            transfers = new TransferSource(transferSettings, volume, io, kit.system(), trouble -> {});
        }

        void begin() throws StoreException {
            LocalStore volume = store();
            roles = new PublishedRoles();
            Life life = new Life(list.version(), volume.bootCount());
            SlotsNode node = new SlotsNode(
                    id, life, () -> placement, volume, new Links(id), transferSettings, io, (list, from) -> {});
            ActorRef<SlotRequest> slots = kit.spawn(SlotsActor.create(settings, node, roles));
            actor = slots;
            running.put(id, slots);
            slots.tell(new SlotsMessage.Begin(fileServer(this)));
        }

        /** Ends it without a word to anybody. */
        void kill() throws StoreException {
            running.remove(id);
            if (transfers != null) {
                transfers.close();
                transfers = null;
            }
            if (actor != null) {
                kit.stop(actor);
                actor = null;
            }
            if (opened != null) {
                opened.close();
                opened = null;
            }
        }

        ActorRef<SlotRequest> slots() {
            ActorRef<SlotRequest> slots = actor;
            if (slots == null) {
                throw new AssertionError(id + " does not run");
            }
            return slots;
        }

        LocalStore store() {
            LocalStore volume = opened;
            if (volume == null) {
                throw new AssertionError(id + " does not run");
            }
            return volume;
        }

        boolean leads(Slot slot) {
            return roles.of(slot) instanceof SlotRoles.Leading;
        }

        boolean follows(Slot slot, HostId leader) {
            return roles.of(slot).equals(new SlotRoles.Following(leader));
        }
    }

    /** What stands for the file server of a host: it has no open files, and shows everything to a probe. */
    private ActorRef<NodeRequest> fileServer(Member member) {
        return kit.spawn(Behaviors.receiveMessage(message -> {
            if (message instanceof FileServerMessage.Reopen reopen) {
                reopen.replyTo().tell(new SlotsMessage.Reopened(reopen.slot()));
            }
            member.files.ref().tell(message);
            return Behaviors.same();
        }));
    }

    /** The ways of one host to the others. */
    private final class Links extends NoLinks {
        private final HostId from;

        Links(HostId from) {
            this.from = from;
        }

        @Override
        public void toSlots(HostId to, SlotPeerMessage message) {
            send(from, to, message);
        }

        @Override
        public void toFiles(HostId to, FilePeerMessage message) {
            Member there = member(to);
            TransferSource source = there.transfers;
            if (source == null || cut.contains(from) || cut.contains(to)) {
                return;
            }
            beforeTransfer.accept(message);
            if (!source.take(message)) {
                there.files.ref().tell(message);
            }
        }

        @Override
        public void newLife(HostId host) {}
    }

    final HostList list;
    final Placement placement;
    final SlotsSettings settings;
    final Map<HostId, Member> members = new LinkedHashMap<>();

    private final TransferSettings transferSettings = TransferSettings.from(ConfigFactory.defaultReference());
    private final ActorTestKit kit;
    private final ExecutorService io = Executors.newFixedThreadPool(8);
    private final Map<HostId, ActorRef<SlotRequest>> running = new ConcurrentHashMap<>();
    private final Set<HostId> cut = ConcurrentHashMap.newKeySet();
    private volatile Predicate<SlotPeerMessage> lost = message -> false;
    private volatile Consumer<FilePeerMessage> beforeTransfer = message -> {};

    SlotsCluster(ActorTestKit kit, Path directory, int hosts, int replicas, String own) {
        this.kit = kit;
        List<Host> all = new ArrayList<>();
        for (int number = 1; number <= hosts; number++) {
            HostId id = new HostId("h" + number);
            all.add(new Host(id, new HostAddress("127.0.0.1", number), new VolumeId(new UUID(7, number))));
        }
        this.list = new HostList(new ClusterId(new UUID(9, 9)), 5, replicas, all);
        this.placement = new Placement(list);
        this.settings = SlotsSettings.from(
                ConfigFactory.parseString(own).withFallback(QUICK).withFallback(ConfigFactory.defaultReference()));
        all.forEach(host -> members.put(
                host.id(), new Member(host, directory.resolve(host.id().text()))));
    }

    void startAll() throws StoreException {
        for (Member member : members.values()) {
            member.start();
        }
    }

    void openAll() throws StoreException {
        for (Member member : members.values()) {
            member.open();
        }
    }

    void beginAll() throws StoreException {
        for (Member member : members.values()) {
            member.begin();
        }
    }

    Member member(HostId id) {
        Member member = members.get(id);
        if (member == null) {
            throw new AssertionError("no host " + id);
        }
        return member;
    }

    /** The hosts of a slot, in order of placement. */
    List<Member> of(Slot slot) {
        return placement.replicasOf(slot).stream()
                .map(host -> member(host.id()))
                .toList();
    }

    /** Says where a slot is not led by the first of these hosts that keeps it, or where that is not known. */
    List<String> disorder(Set<HostId> up) {
        List<String> wrong = new ArrayList<>();
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            List<Member> hosts =
                    of(slot).stream().filter(member -> up.contains(member.id)).toList();
            for (Member member : hosts) {
                HostId leader = hosts.get(0).id;
                boolean right = member.id.equals(leader) ? member.leads(slot) : member.follows(slot, leader);
                if (!right) {
                    wrong.add(slot + " of " + hosts.stream().map(one -> one.id).toList() + " at " + member.id + ": "
                            + member.roles.of(slot));
                }
            }
        }
        return wrong;
    }

    Set<HostId> all() {
        return members.keySet();
    }

    Set<HostId> allBut(HostId one) {
        Set<HostId> others = new HashSet<>(members.keySet());
        others.remove(one);
        return others;
    }

    /** Takes a host from the network, or gives it back. */
    void cut(HostId host, boolean now) {
        if (now) {
            cut.add(host);
        } else {
            cut.remove(host);
        }
    }

    void lose(Predicate<SlotPeerMessage> which) {
        lost = which;
    }

    /** Has something done before a message for files arrives. */
    void beforeTransfer(Consumer<FilePeerMessage> action) {
        beforeTransfer = action;
    }

    private void send(HostId from, HostId to, SlotPeerMessage message) {
        ActorRef<SlotRequest> there = running.get(to);
        boolean arrives = !cut.contains(from) && !cut.contains(to) && !lost.test(message);
        if (arrives && there != null && running.containsKey(from)) {
            there.tell(message);
        }
    }

    /** Puts a committed file of one batch on these hosts, as a coordinator would have. */
    static StateId write(FileName name, String text, List<Member> on) throws Exception {
        Batch batch = batchOf(text);
        for (Member member : on) {
            accept(member, name, StateId.NONE, batch);
            await(member.store().promote(name, WRITTEN, id(batch)));
        }
        return id(batch);
    }

    static Batch batchOf(String text) {
        Bytes bytes = Bytes.of(text.getBytes(StandardCharsets.UTF_8));
        return batch(new FileVersion(1, 1), new Operation.Create(), new Operation.WriteInline(0, bytes));
    }

    static FileState stateOf(Member member, FileName name) throws Exception {
        return await(member.store().standing(name)).state().orElseThrow();
    }

    /** Puts the deletion of a file, which is committed, on these hosts. */
    static StateId delete(FileName name, StateId before, List<Member> on) throws Exception {
        Batch batch = batch(new FileVersion(1, before.version().seq() + 1), new Operation.Delete());
        for (Member member : on) {
            accept(member, name, before, batch);
            await(member.store().promote(name, WRITTEN, id(batch)));
        }
        return id(batch);
    }

    static void accept(Member member, FileName name, StateId before, Batch batch) throws Exception {
        assertThat(await(member.store().accept(name, WRITTEN, before, batch, false)))
                .isInstanceOf(AcceptResult.Accepted.class);
    }

    static Batch batch(FileVersion version, Operation... operations) {
        ChainHash hash = new ChainHash(String.format("%032x%032x", version.generation(), version.seq()));
        return new Batch(version, hash, Instant.EPOCH, List.of(operations), List.of(), List.of(), FileVersion.NONE);
    }

    static StateId id(Batch batch) {
        return new StateId(batch.version(), batch.hash());
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(patience().toSeconds(), TimeUnit.SECONDS);
    }

    static Duration patience() {
        return Duration.ofSeconds(20);
    }

    @Override
    public void close() throws StoreException {
        for (Member member : members.values()) {
            member.kill();
        }
        io.shutdownNow();
    }
}
