package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.AcceptResult;
import org.junit.jupiter.api.Test;

/** Fetching a batch. */
class FetchBatchTest extends TransferTestCase {

    private final byte[] large = content(3 * MIB + 7);

    private Batch batch(List<StagedBytes> pieces) {
        return Replica.batch(
                1,
                1,
                List.of(
                        new Operation.Create(),
                        new Operation.WriteInline(0, Bytes.of(new byte[] {1, 2, 3})),
                        new Operation.WriteStaged(100, pieces)),
                SESSIONS);
    }

    private void checkAcceptable(Fetched.Batch fetched) throws Exception {
        assertThat(fetched.ballot()).isEqualTo(Replica.BALLOT);
        assertThat(Replica.await(
                        here.store.accept(Replica.NAME, fetched.ballot(), StateId.NONE, fetched.batch(), false)))
                .isInstanceOf(AcceptResult.Accepted.class);
        Replica.await(here.store.promote(Replica.NAME, fetched.ballot(), fetched.id()));
        byte[] expected = new byte[100 + large.length];
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 0, 3);
        System.arraycopy(large, 0, expected, 100, large.length);
        assertThat(here.content()).contains(expected);
        assertThat(here.store.state(Replica.NAME).orElseThrow().sessions()).isEqualTo(SESSIONS);
    }

    @Test
    void pendingBatch_arrivesAndCanBeAccepted() throws Exception {
        Batch batch = batch(there.stage(large, MIB));
        there.accept(batch);

        fetch(Wanted.batch(there.id, Replica.NAME, Replica.id(batch)));

        checkAcceptable(result(Fetched.Batch.class));
    }

    @Test
    void anotherPendingBatch_fails() throws Exception {
        there.accept(batch(there.stage(large, MIB)));

        fetch(Wanted.batch(there.id, Replica.NAME, new StateId(new FileVersion(1, 1), StateId.NONE.hash())));

        result(Fetched.Failed.class);
    }

    private List<StagedBytes> named(List<StagedBytes> pieces) {
        List<StagedBytes> named = new ArrayList<>();
        for (StagedBytes piece : pieces) {
            named.add(new NamedPiece(new PieceId(new UUID(7, named.size())), piece.byteCount(), piece.crc32c()));
        }
        return named;
    }

    /** As a coordinator's own one that is too long for one message: others may hear of it before its disk has it. */
    @Test
    void batchThatIsOnDiskLater_arrives_andWhatIsKnownIsNotFetched() throws Exception {
        List<StagedBytes> pieces = there.stage(large, MIB);
        Batch own = batch(pieces);
        StagedBytes known = here.store.stage(Bytes.of(Arrays.copyOfRange(large, MIB, 2 * MIB)));
        AtomicInteger opens = new AtomicInteger();
        before = message -> {
            if (message instanceof FilePeerMessage.OpenTransfer && opens.incrementAndGet() == 3) {
                try {
                    there.accept(own);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        };

        Batch head = batch(named(pieces));
        fetch(Wanted.piecesOf(
                there.id, Replica.NAME, Replica.id(own), head, Map.of(new PieceId(new UUID(7, 1)), known)));

        Fetched.Batch fetched = result(Fetched.Batch.class);
        assertThat(opens.get()).isGreaterThanOrEqualTo(3);
        assertThat(((Operation.WriteStaged) fetched.batch().operations().get(2)).pieces())
                .hasSize(4)
                .contains(known);
        assertThat(readsSent()).noneMatch(read -> read.part() == 2 && read.offset() == MIB);
        checkAcceptable(fetched);
    }

    @Test
    void knownHead_isNotFetched() throws Exception {
        List<StagedBytes> pieces = there.stage(large, MIB);
        Batch batch = batch(pieces);
        there.accept(batch);

        fetch(Wanted.piecesOf(there.id, Replica.NAME, Replica.id(batch), batch(named(pieces)), Map.of()));

        Fetched.Batch fetched = result(Fetched.Batch.class);
        assertThat(readsSent()).isNotEmpty().noneMatch(read -> read.part() == FilePeerMessage.ReadTransfer.HEAD);
        checkAcceptable(fetched);
    }

    /** Bytes under a known name, but other ones: only the checksum of the batch tells (I14). */
    @Test
    void knownPieceWithAnotherChecksum_isFetched() throws Exception {
        List<StagedBytes> pieces = there.stage(large, MIB);
        Batch batch = batch(pieces);
        there.accept(batch);
        StagedBytes other = here.store.stage(Bytes.of(new byte[MIB]));

        fetch(Wanted.piecesOf(
                there.id,
                Replica.NAME,
                Replica.id(batch),
                batch(named(pieces)),
                Map.of(new PieceId(new UUID(7, 1)), other)));

        checkAcceptable(result(Fetched.Batch.class));
    }

    /** The source sends intact bytes, but not those that the batch names (I14). */
    @Test
    void sourceWithOtherBytes_failsAndLeavesNothing() throws Exception {
        List<StagedBytes> pieces = there.stage(large, MIB);
        there.accept(batch(pieces));
        List<StagedBytes> named = named(pieces);
        NamedPiece last = (NamedPiece) named.remove(3);
        named.add(new NamedPiece(last.id(), last.byteCount(), last.crc32c() + 1));

        fetch(Wanted.piecesOf(there.id, Replica.NAME, Replica.id(batch(pieces)), batch(named), Map.of()));

        assertThat(result(Fetched.Failed.class).error()).isPresent();
        assertThat(held.taken()).isPositive();
        Awaitility.await().until(() -> held.count() == 0);
    }
}
