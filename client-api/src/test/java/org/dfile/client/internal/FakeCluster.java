package org.dfile.client.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.VolumeId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * Some {@link FakeNode}s and a network between them and one client: one thread carries everything, in order and at once
 * unless a {@link Rule} says otherwise.
 */
final class FakeCluster implements Transport {

    /** Decides, on the network's thread, what becomes of a call. Runs before the node sees it. */
    @FunctionalInterface
    interface Rule {
        Fate fate(HostId to, Call call);
    }

    /** What becomes of a call. */
    sealed interface Fate {
        record Deliver() implements Fate {}

        record LoseCall() implements Fate {}

        record LoseReply() implements Fate {}

        /** The node never sees it; this comes back, with the id of the call. */
        record AnswerWith(java.util.function.LongFunction<WireMessage> reply) implements Fate {}

        record DelayReply(long millis) implements Fate {}
    }

    static final Fate DELIVER = new Fate.Deliver();
    static final Fate LOSE_CALL = new Fate.LoseCall();
    static final Fate LOSE_REPLY = new Fate.LoseReply();

    /** A host, and what answers for it. */
    private record Member(HostId id, FakeNode node) {}

    private final HostList list;
    private final Map<HostAddress, Member> members =
            new TreeMap<>(java.util.Comparator.comparing(HostAddress::toString));
    private final ScheduledExecutorService network =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "fake-network"));
    final List<Call> calls = java.util.Collections.synchronizedList(new ArrayList<>());
    /** Most file bytes that were ever sent or asked for and not answered; true as long as nothing is lost. */
    final AtomicLong mostBytes = new AtomicLong();

    private final AtomicLong bytesUnderWay = new AtomicLong();
    volatile Rule rule = (to, call) -> DELIVER;
    volatile boolean closed;
    private volatile @Nullable Receiver receiver;

    FakeCluster(int hosts) {
        this(hosts, 1);
    }

    /** With more than one replica all hosts answer from one state, as if it took them no time to agree. */
    FakeCluster(int hosts, int replicas) {
        FakeNode shared = new FakeNode(new HostId("all"), 16);
        List<Host> rows = new ArrayList<>();
        for (int i = 1; i <= hosts; i++) {
            Host host = new Host(
                    new HostId("h" + i), new HostAddress("127.0.0.1", 1000 + i), new VolumeId(UUID.randomUUID()));
            rows.add(host);
            members.put(host.address(), new Member(host.id(), replicas == 1 ? new FakeNode(host.id(), 16) : shared));
        }
        this.list = new HostList(new ClusterId(UUID.randomUUID()), 1, replicas, rows);
    }

    /** For tests that count calls: nothing is sent twice only because the machine is busy. */
    static ClientSettings.Builder settings() {
        return ClientSettings.builder()
                .contact("127.0.0.1:1001")
                .deadline(Duration.ofSeconds(10))
                .retryInterval(Duration.ofSeconds(8), Duration.ofSeconds(8));
    }

    /** For tests that lose calls or replies. */
    static ClientSettings.Builder impatient() {
        return settings().retryInterval(Duration.ofMillis(50), Duration.ofMillis(200));
    }

    HostList list() {
        return list;
    }

    DFileSystem connect() {
        return connect(settings().build());
    }

    DFileSystem connect(ClientSettings settings) {
        return new FileSystemClient(new Engine(this, list, settings));
    }

    /** Returns the hosts that keep a file, in placement order. */
    List<HostId> replicasOf(String name) {
        return new Placement(list)
                .replicasOf(org.dfile.model.FileName.of(name)).stream()
                        .map(Host::id)
                        .toList();
    }

    FakeNode nodeOf(String name) {
        HostId first = replicasOf(name).get(0);
        Host host = list.host(first).orElseThrow();
        return Objects.requireNonNull(members.get(host.address())).node();
    }

    /**
     * From now on the first publication of what was sent ahead for a file finds that its host was restarted, and has lost it.
     *
     * @param fate what becomes of that publication
     * @return how many publications there were
     */
    AtomicInteger restartAtFirstPublish(String name, Fate fate) {
        AtomicInteger publishes = new AtomicInteger();
        rule = (to, call) -> {
            boolean publish = call instanceof Call.Apply apply && apply.change() instanceof Change.Publish;
            if (publish && publishes.incrementAndGet() == 1) {
                nodeOf(name).restart();
                return fate;
            }
            return DELIVER;
        };
        return publishes;
    }

    @Override
    public void start(Receiver newReceiver) {
        receiver = newReceiver;
    }

    @Override
    public void send(HostAddress to, long id, ListId listId, Call call) {
        calls.add(call);
        mostBytes.accumulateAndGet(bytesUnderWay.addAndGet(byteCount(call)), Math::max);
        if (!network.isShutdown()) {
            network.execute(() -> carry(Objects.requireNonNull(members.get(to)), id, call));
        }
    }

    private void carry(Member to, long id, Call call) {
        Fate fate = rule.fate(to.id(), call);
        if (fate instanceof Fate.AnswerWith answer) {
            deliver(call, answer.reply().apply(id));
        } else if (!(fate instanceof Fate.LoseCall)) {
            WireMessage reply = to.node().answer(id, call);
            if (fate instanceof Fate.DelayReply delay) {
                var unused = network.schedule(() -> deliver(call, reply), delay.millis(), TimeUnit.MILLISECONDS);
            } else if (!(fate instanceof Fate.LoseReply)) {
                deliver(call, reply);
            }
        }
    }

    /** Returns the file bytes that a call carries, or its answer may. */
    private static int byteCount(Call call) {
        if (call instanceof Call.Read read) {
            return read.byteCount();
        }
        if (call instanceof Call.Stage stage) {
            return stage.bytes().byteCount();
        }
        return call instanceof Call.Apply apply ? apply.change().bytes().byteCount() : 0;
    }

    private void deliver(Call call, WireMessage reply) {
        bytesUnderWay.addAndGet(-byteCount(call));
        Receiver to = Objects.requireNonNull(receiver);
        if (reply instanceof FileReply fileReply) {
            to.onFileReply(fileReply);
        } else {
            to.onListReply((ListReply) reply);
        }
    }

    /** Runs something on the network's thread, where nodes may be touched. */
    void onNetwork(Runnable task) {
        network.execute(task);
    }

    @Override
    public void close() {
        closed = true;
        network.shutdown();
    }
}
