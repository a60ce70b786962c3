package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.actors.Node.A;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.dfile.actors.peers.NoLinks;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.VolumeIdentity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a batch whose bytes are not here is fetched. */
final class IncomingBatchesTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MAX_WAITING = 3;
    private static final HostId FROM = new HostId("h2");

    private final ControlledStore store = new ControlledStore(new VolumeIdentity(Node.CLUSTER, Node.SELF, Node.VOLUME));
    private final Queue<Runnable> disk = new ArrayDeque<>();
    private final TestProbe<OpenFileMessage> file = KIT.createTestProbe();
    private final TestProbe<FileServerMessage> server = KIT.createTestProbe();
    private final TestProbe<SlotsMessage> slots = KIT.createTestProbe();
    private final IncomingBatches incoming =
            new IncomingBatches(A, environment(), new StagedPieces(store.store()), file.getRef());
    private final AtomicInteger inMemory = new AtomicInteger();
    private final long began = System.nanoTime();

    private FileEnvironment environment() {
        NoLinks links = new NoLinks() {
            @Override
            public void toFiles(HostId to, FilePeerMessage message) {
                assertThat(message).isInstanceOf(FilePeerMessage.PieceStaged.class);
            }
        };
        return FileEnvironments.alone(
                "max-waiting-per-file = " + MAX_WAITING, store, disk::add, server.getRef(), slots.getRef(), links);
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private static Bytes bytes(int number) {
        return Bytes.of(new byte[] {(byte) number});
    }

    private static PieceId piece(int number) {
        return new PieceId(new UUID(7, number));
    }

    private void takeBatch(int number) {
        Bytes bytes = bytes(number);
        Batch batch = new Batch(
                new FileVersion(1, 1),
                new ChainHash("%064x".formatted(1)),
                Instant.EPOCH,
                List.of(new Operation.WriteStaged(
                        0, List.of(new NamedPiece(piece(number), bytes.byteCount(), bytes.crc32c())))),
                List.of(),
                List.of(),
                FileVersion.NONE);
        Ballot ballot = new Ballot(1, FROM, new Life(Node.LIST_VERSION, 1));
        incoming.take(FROM, new FileMessage.Accept(ballot, StateId.NONE, BatchShelf.idOf(batch)), batch);
    }

    private void takePiece(int number) {
        incoming.take(
                new FilePeerMessage.PieceMail(Node.ALONE.id(), FROM, A, piece(number), bytes(number)),
                inMemory::decrementAndGet);
        inMemory.incrementAndGet();
    }

    private void write() {
        disk.remove().run();
        incoming.onWritten(file.expectMessageClass(IncomingBatches.PieceWritten.class));
    }

    /** Returns how many batches are to be fetched after so many times the patience. */
    private int lateAfter(double patiences) {
        long later = (long) (patiences * PATIENCE.toNanos());
        return incoming.late(began + later, PATIENCE).size();
    }

    @Test
    void nothingComes_isFetchedAfterTheFirstPatience() {
        takeBatch(1);
        assertThat(lateAfter(0.9)).isZero();
        assertThat(lateAfter(1.5)).isEqualTo(1);
    }

    @Test
    void pieces_areInMemoryUntilTheyAreWrittenOrLeftOut() {
        for (int number = 1; number <= MAX_WAITING + 2; number++) {
            takePiece(number);
        }
        assertThat(inMemory).hasValue(MAX_WAITING);
        write();
        assertThat(inMemory).hasValue(MAX_WAITING - 1);
    }

    @Test
    void itsBytesAreBeingWritten_waitsAndIsComplete() {
        takeBatch(1);
        takePiece(1);
        assertThat(lateAfter(1.5)).isZero();
        write();
        assertThat(incoming.complete()).hasSize(1);
        assertThat(lateAfter(99)).isZero();
        assertThat(incoming.isEmpty()).isTrue();
    }

    @Test
    void otherBytesCome_isFetchedLater() {
        takeBatch(1);
        takePiece(2);
        assertThat(lateAfter(4.5)).isZero();
        assertThat(lateAfter(5.5)).isEqualTo(1);
    }

    @Test
    void otherBytesCameLongAgo_isFetched() {
        takePiece(2);
        write();
        takeBatch(1);
        assertThat(lateAfter(1.5)).isEqualTo(1);
    }
}
