package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.NoLinks;
import org.dfile.model.ClusterId;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.ListId;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts: one that gives, and one that fetches over a way that can lose messages. */
abstract class TransferTestCase {

    static final int MIB = 1 << 20;
    static final ListId LIST = new ListId(new ClusterId(new UUID(1, 2)), 1);
    static final List<Session> SESSIONS = List.of(new Session(
            new SessionId(new UUID(5, 6)),
            7,
            List.of(new Outcome.Done(new Receipt(new FileVersion(1, 1), 0, 3, 4, 3, 1))),
            1));

    @TempDir
    Path directory;

    final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    final ExecutorService io = Executors.newFixedThreadPool(4);
    final ConcurrentLinkedQueue<FilePeerMessage> sent = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Exception> troubles = new ConcurrentLinkedQueue<>();
    final TestProbe<Fetched> parent = kit.createTestProbe();

    volatile Predicate<FilePeerMessage> lost = message -> false;
    volatile Consumer<FilePeerMessage> before = message -> {};
    final Held held = new Held();
    final MemoryLimit memory = new MemoryLimit(64 * MIB);
    Replica there;
    Replica here;
    TransferSource source;

    @BeforeEach
    void open() throws Exception {
        there = Replica.complete(directory.resolve("there"), "n1");
        here = Replica.complete(directory.resolve("here"), "n2");
        source = source(settings(""));
    }

    TransferSource source(TransferSettings settings) {
        return new TransferSource(settings, there.store, io, kit.system(), troubles::add);
    }

    @AfterEach
    void close() throws Exception {
        kit.shutdownTestKit();
        source.close();
        io.shutdown();
        assertThat(io.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        there.close();
        here.close();
    }

    static TransferSettings settings(String overrides) {
        return TransferSettings.from(
                ConfigFactory.parseString("dfile.transfer { answer-timeout = 100ms, " + overrides + " }")
                        .withFallback(ConfigFactory.load()));
    }

    /** The way to the source, which loses what {@link #lost} says. */
    private final class Links extends NoLinks {

        @Override
        public void toFiles(HostId to, FilePeerMessage message) {
            sent.add(message);
            before.accept(message);
            if (to.equals(there.id) && !lost.test(message)) {
                source.take(message);
            }
        }
    }

    ActorRef<Void> fetch(Wanted wanted) {
        return fetch(wanted, Pace.UNLIMITED);
    }

    /** Starts a parent that starts the fetch; returns the parent. */
    ActorRef<Void> fetch(Wanted wanted, Pace pace) {
        FetchEnvironment environment =
                new FetchEnvironment(settings(""), memory, here.id, LIST, new Links(), held.watch(here.store), io);
        Behavior<Void> behavior = Behaviors.setup(context -> {
            Fetch.spawn(context, environment, wanted, pace, parent.ref()::tell);
            return Behaviors.empty();
        });
        return kit.spawn(behavior);
    }

    <T extends Fetched> T result(Class<T> type) {
        return parent.expectMessageClass(type, Duration.ofSeconds(20));
    }

    static byte[] content(int byteCount) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        return content;
    }

    StateId commit(byte[] content) throws Exception {
        return there.commit(Replica.batch(
                1,
                1,
                List.of(new Operation.Create(), new Operation.WriteStaged(0, there.stage(content, MIB))),
                SESSIONS));
    }

    List<FilePeerMessage.ReadTransfer> readsSent() {
        return sent.stream()
                .filter(FilePeerMessage.ReadTransfer.class::isInstance)
                .map(FilePeerMessage.ReadTransfer.class::cast)
                .toList();
    }
}
