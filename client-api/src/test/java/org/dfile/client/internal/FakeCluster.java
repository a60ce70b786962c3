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
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
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

    private final HostList list;
    private final Map<HostAddress, FakeNode> nodes =
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
        List<Host> rows = new ArrayList<>();
        for (int i = 1; i <= hosts; i++) {
            Host host = new Host(
                    new HostId("h" + i), new HostAddress("127.0.0.1", 1000 + i), new VolumeId(UUID.randomUUID()));
            rows.add(host);
            nodes.put(host.address(), new FakeNode(host.id(), 16));
        }
        this.list = new HostList(new ClusterId(UUID.randomUUID()), 1, 1, rows);
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

    FakeNode nodeOf(String name) {
        Host host = new Placement(list)
                .replicasOf(org.dfile.model.FileName.of(name))
                .get(0);
        return Objects.requireNonNull(nodes.get(host.address()));
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
            network.execute(() -> carry(Objects.requireNonNull(nodes.get(to)), id, call));
        }
    }

    private void carry(FakeNode node, long id, Call call) {
        Fate fate = rule.fate(node.id(), call);
        if (fate instanceof Fate.AnswerWith answer) {
            deliver(call, answer.reply().apply(id));
        } else if (!(fate instanceof Fate.LoseCall)) {
            WireMessage reply = node.answer(id, call);
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
