package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.store.FileStore;
import org.junit.jupiter.api.Test;

class BatchShelfTest {

    private static final int LARGE = 300 << 10;

    private final BatchShelf shelf = new BatchShelf(new StagedPieces(untouched()), Runnable::run);

    /** Batches of inline bytes have nothing staged. */
    private static FileStore untouched() {
        return store((method, argument) -> {
            throw new AssertionError("the store is used: " + method);
        });
    }

    private static FileStore store(BiConsumer<String, Object> called) {
        return (FileStore) Proxy.newProxyInstance(
                FileStore.class.getClassLoader(), new Class<?>[] {FileStore.class}, (proxy, method, arguments) -> {
                    called.accept(method.getName(), arguments[0]);
                    return null;
                });
    }

    private static Batch batch(long seq, int byteCount) {
        return new Batch(
                new FileVersion(1, seq),
                new ChainHash("%064x".formatted(seq)),
                Instant.EPOCH,
                List.of(new Operation.WriteInline(0, Bytes.of(new byte[byteCount]))),
                List.of(),
                List.of(),
                FileVersion.NONE);
    }

    private static StagedBytes piece(int number) {
        return new NamedPiece(new PieceId(new UUID(1, number)), LARGE, 7);
    }

    private static Batch stagedBatch(StagedBytes... pieces) {
        return batch(1, 0).withOperations(List.of(new Operation.WriteStaged(0, List.of(pieces))));
    }

    private static StateId id(long seq) {
        return BatchShelf.idOf(batch(seq, 1));
    }

    private void putAll(int count, int byteCount) {
        for (int seq = 1; seq <= count; seq++) {
            shelf.put(batch(seq, byteCount));
        }
    }

    private long here(int count) {
        long here = 0;
        while (here < count && shelf.batch(id(here + 1)).isPresent()) {
            here++;
        }
        return here;
    }

    @Test
    void put_replicaIsSlow_keepsTheNextOnesNotTheLast() {
        putAll(2 * BatchShelf.MAX_BATCHES, 1);
        assertThat(here(2 * BatchShelf.MAX_BATCHES)).isEqualTo(BatchShelf.MAX_BATCHES);
    }

    @Test
    void put_manyBytes_keepsTheNextOnesWithinTheLimit() {
        putAll(BatchShelf.MAX_BATCHES, LARGE);
        assertThat(here(BatchShelf.MAX_BATCHES)).isEqualTo(BatchShelf.MAX_BYTES / LARGE);
        shelf.committed(id(10));
        shelf.put(batch(14, LARGE));
        assertThat(shelf.batch(id(14))).isPresent();
    }

    @Test
    void put_aSingleOneOverTheLimit_isKept() {
        shelf.put(batch(1, (int) BatchShelf.MAX_BYTES + 1));
        assertThat(shelf.batch(id(1))).isPresent();
    }

    /** It was replaced on disk by another coordinator's, and is proposed once more: its bytes come anew. */
    @Test
    void put_afterItsBytesWereUsedUp_takesTheNewOnes() {
        Batch first = stagedBatch(piece(1));
        shelf.put(first);
        shelf.stored(BatchShelf.idOf(first));
        assertThat(shelf.batch(BatchShelf.idOf(first))).isEmpty();
        Batch again = stagedBatch(piece(2));
        shelf.put(again);
        assertThat(shelf.batch(BatchShelf.idOf(first))).containsSame(again);
    }

    /** Its last pieces came after all while it was fetched: what was here before is in both. */
    @Test
    void put_sameBatchAgain_givesBackOnlyWhatTheFirstDoesNotHave() {
        List<Object> released = new ArrayList<>();
        FileStore store = store((method, argument) -> released.add(argument));
        StagedPieces pieces = new StagedPieces(store);
        for (int number = 1; number <= 3; number++) {
            pieces.hold(PieceId.NONE, piece(number));
        }
        BatchShelf of = new BatchShelf(pieces, Runnable::run);
        of.put(stagedBatch(piece(1), piece(2)));
        of.put(stagedBatch(piece(1), piece(3)));
        assertThat(released).containsExactly(piece(3));
        assertThat(of.batch(id(1))).contains(stagedBatch(piece(1), piece(2)));
    }

    @Test
    void put_twoForTheSamePlace_theNewerOneStays() {
        Batch stale = new Batch(
                new FileVersion(1, BatchShelf.MAX_BATCHES),
                new ChainHash("f".repeat(64)),
                Instant.EPOCH,
                List.of(),
                List.of(),
                List.of(),
                FileVersion.NONE);
        shelf.put(stale);
        putAll(BatchShelf.MAX_BATCHES, 1);
        assertThat(here(BatchShelf.MAX_BATCHES)).isEqualTo(BatchShelf.MAX_BATCHES);
        assertThat(shelf.batch(BatchShelf.idOf(stale))).isEmpty();
    }
}
