package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.transfer.Replica.NAME;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dfile.actors.transfer.Replica;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.Test;

/** What a coordinator sends ahead of a batch, and comes too late. */
class BytesAheadTest extends NeighboursTestCase {

    private static final HostId FROM = new HostId("n2");
    private static final PieceId PIECE = new PieceId(new UUID(7, 7));

    @Test
    void pieceComesAfterItsBatchWasFetched_isGivenBack() throws Exception {
        writeEverywhere();
        StateId first = own.committed().id();
        byte[] content = new byte[100 << 10];
        Batch pending = batch(replica("n2").stage(content, content.length).get(0));
        replica("n2").accept(pending);
        CountDownLatch written = new CountDownLatch(1);
        onMessage = message -> {
            if (message instanceof FilePeerMessage.PieceStaged) {
                written.countDown();
            }
        };
        startServer("");

        Bytes bytes = Bytes.of(content);
        sayAccept(FROM, first, batch(new NamedPiece(PIECE, bytes.byteCount(), bytes.crc32c())));
        await().until(() -> own.store.pending(NAME).isPresent());
        assertThat(held.count()).isEqualTo(1); // what the batch has now

        server().tell(new FilePeerMessage.PieceMail(list.id(), FROM, NAME, PIECE, bytes));
        assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(held.count()).isEqualTo(1));
        assertThat(held.taken()).isEqualTo(2);
    }

    /** A replica that lost bytes again and again would otherwise ask for those for ever, and get no others. */
    @Test
    void batchesWhoseBytesAreLost_whenTheFileHasGoneOn_areNotAskedForAnyMore() throws Exception {
        writeEverywhere();
        startServer("");
        byte[] content = new byte[100 << 10];
        Bytes bytes = Bytes.of(content);
        StateId before = own.committed().id();
        for (int seq = 2; seq <= 6; seq++) {
            sayAccept(FROM, before, batch(seq, piece(seq, bytes)));
            before = replica("n2").commit(batch(seq, staged(content)));
        }
        sayCommit(FROM, before);
        StateId last = before;
        await().until(() -> own.committed().id().equals(last));

        replica("n2").accept(batch(7, staged(content)));
        sayAccept(FROM, last, batch(7, piece(7, bytes)));
        await().until(() -> own.store.pending(NAME).isPresent());
    }

    private StagedBytes staged(byte[] content) throws Exception {
        return replica("n2").stage(content, content.length).get(0);
    }

    /** Bytes that nobody will send. */
    private static NamedPiece piece(int number, Bytes bytes) {
        return new NamedPiece(new PieceId(new UUID(7, number)), bytes.byteCount(), bytes.crc32c());
    }

    private static Batch batch(StagedBytes piece) {
        return batch(2, piece);
    }

    private static Batch batch(int seq, StagedBytes piece) {
        return Replica.batch(1, seq, List.of(new Operation.WriteStaged(0, List.of(piece))), List.of());
    }
}
