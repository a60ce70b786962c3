package org.dfile.actors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.BatchCodec;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one file that its machine knows by the states that they make: its own, those that a coordinator sent, and
 * those that were fetched; until they are on disk, or over. Their staged bytes are this host's. Used by the file's actor
 * alone.
 */
final class BatchShelf {

    /** A replica that is slow for a moment keeps as many batches as a machine keeps messages; beyond, it fetches. */
    static final int MAX_BATCHES = 64;

    /** Most bytes that they have in memory; a single one may have more. */
    static final long MAX_BYTES = 4 << 20;

    private static final class Entry {
        final Batch batch;
        final long byteCount;
        final boolean hasPieces;
        boolean stored;

        @Nullable
        Bytes encoded;

        Entry(Batch batch) {
            this.batch = batch;
            this.byteCount = batch.operations().stream()
                    .filter(Operation.WriteInline.class::isInstance)
                    .mapToLong(write -> ((Operation.WriteInline) write).bytes().byteCount())
                    .sum();
            this.hasPieces = batch.operations().stream().anyMatch(Operation.WriteStaged.class::isInstance);
        }

        /** Whether its pieces are the store's, so that it cannot be written once more. */
        boolean isUsedUp() {
            return stored && hasPieces;
        }
    }

    private final StagedPieces pieces;
    private final Executor io;
    private final Map<StateId, Entry> entries = new LinkedHashMap<>();
    private @Nullable StateId writing;
    private long byteCount;

    BatchShelf(StagedPieces pieces, Executor io) {
        this.pieces = pieces;
        this.io = io;
    }

    static StateId idOf(Batch batch) {
        return new StateId(batch.version(), batch.hash());
    }

    static List<StagedBytes> piecesOf(Batch batch) {
        List<StagedBytes> all = new ArrayList<>();
        for (Operation operation : batch.operations()) {
            if (operation instanceof Operation.WriteStaged write) {
                all.addAll(write.pieces());
            }
        }
        return all;
    }

    /**
     * Takes a batch and its pieces. If it is here already, its bytes are given back as far as that one does not have them,
     * too; unless that one is used up: then this takes its place.
     */
    void put(Batch batch) {
        Entry known = entries.get(idOf(batch));
        if (known != null && !known.isUsedUp()) {
            List<StagedBytes> others = piecesOf(batch); // it may have been made of pieces that are here, too
            others.removeAll(piecesOf(known.batch));
            release(others);
            return;
        }
        if (known != null) {
            drop(known);
        }
        Entry entry = new Entry(batch);
        entries.put(idOf(batch), entry);
        byteCount += entry.byteCount;
        while (entries.size() > MAX_BATCHES || (byteCount > MAX_BYTES && entries.size() > 1)) {
            pushOutFurthest();
        }
    }

    /** What is needed last goes: the next ones can be written. Of two for the same place the newer one stays. */
    private void pushOutFurthest() {
        entries.keySet().stream()
                .filter(id -> !id.equals(writing))
                .reduce((one, other) -> other.isAbove(one) ? other : one)
                .map(entries::remove)
                .ifPresent(this::drop);
    }

    Optional<Batch> batch(StateId id) {
        return Optional.ofNullable(entries.get(id))
                .filter(entry -> !entry.isUsedUp())
                .map(entry -> entry.batch);
    }

    /** Returns a batch as it travels; empty if it is not here or too long for one message: then it is fetched. */
    Bytes encoded(StateId id) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return Bytes.EMPTY;
        }
        if (entry.encoded == null) {
            Bytes whole = BatchCodec.encode(named(entry.batch));
            entry.encoded = whole.byteCount() <= Limits.MAX_CHUNK_BYTES ? whole : Bytes.EMPTY;
        }
        return entry.encoded;
    }

    /** The batch with the ids of its pieces, in place of where this host has them. */
    private Batch named(Batch batch) {
        List<Operation> operations = new ArrayList<>();
        for (Operation operation : batch.operations()) {
            operations.add(
                    operation instanceof Operation.WriteStaged write
                            ? new Operation.WriteStaged(
                                    write.offset(),
                                    write.pieces().stream().map(this::named).toList())
                            : operation);
        }
        return batch.withOperations(operations);
    }

    private StagedBytes named(StagedBytes piece) {
        return new NamedPiece(pieces.idOf(piece), piece.byteCount(), piece.crc32c());
    }

    /** The batch is being written: the store has its pieces in hand. */
    void writing(StateId id) {
        writing = id;
    }

    void notWriting() {
        writing = null;
    }

    /** The batch is on disk; its pieces are the store's. */
    void stored(StateId id) {
        Entry entry = entries.get(id);
        if (entry != null && !entry.stored) {
            encoded(id); // as long as the ids of the pieces are known
            entry.stored = true;
            pieces.handOver(piecesOf(entry.batch));
        }
    }

    /** A state is committed: batches up to it are of no use any more. */
    void committed(StateId id) {
        entries.entrySet().removeIf(entry -> {
            boolean over = !entry.getKey().isAbove(id);
            if (over) {
                drop(entry.getValue());
            }
            return over;
        });
    }

    private void drop(Entry entry) {
        byteCount -= entry.byteCount;
        if (!entry.stored) {
            release(piecesOf(entry.batch));
        }
    }

    private void release(List<StagedBytes> all) {
        if (!all.isEmpty()) {
            io.execute(() -> pieces.release(all));
        }
    }
}
