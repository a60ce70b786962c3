package org.dfile.actors.transfer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.store.BadChecksumException;
import org.dfile.store.FileStore;
import org.dfile.store.StoreException;

/** Takes the staged bytes of a batch, piece by piece, but for those that are here already. */
final class BatchSink implements Sink {

    private final FileStore store;
    private final StateId id;
    private final Ballot ballot;
    private final Batch batch;
    private final Map<PieceId, StagedBytes> known;
    private final Map<RangeWindow.Range, NamedPiece> missing;
    private final Map<RangeWindow.Range, StagedBytes> staged = new HashMap<>();

    BatchSink(FileStore store, StateId id, Ballot ballot, Batch batch, Map<PieceId, StagedBytes> known) {
        this.store = store;
        this.id = id;
        this.ballot = ballot;
        this.batch = batch;
        this.known = known;
        this.missing = new HashMap<>();
    }

    @Override
    public Iterator<RangeWindow.Range> plan() {
        List<RangeWindow.Range> ranges = new ArrayList<>();
        forEachPiece((range, piece) -> {
            if (range.byteCount() > 0 && !isKnown(piece)) {
                missing.put(range, piece);
                ranges.add(range);
            }
        });
        return ranges.iterator();
    }

    private interface PieceVisitor {
        void visit(RangeWindow.Range range, NamedPiece piece);
    }

    private void forEachPiece(PieceVisitor visitor) {
        for (int part = 0; part < batch.operations().size(); part++) {
            if (batch.operations().get(part) instanceof Operation.WriteStaged write) {
                long offset = 0;
                for (StagedBytes piece : write.pieces()) {
                    visitor.visit(new RangeWindow.Range(part, offset, piece.byteCount()), (NamedPiece) piece);
                    offset += piece.byteCount();
                }
            }
        }
    }

    /** Bytes under the right name are the right ones only if their checksum says so (I14). */
    private boolean isKnown(NamedPiece piece) {
        StagedBytes own = known.get(piece.id());
        return own != null && own.byteCount() == piece.byteCount() && own.crc32c() == piece.crc32c();
    }

    @Override
    public void keep(RangeWindow.Range range, Bytes bytes) throws StoreException {
        if (bytes.crc32c() != Objects.requireNonNull(missing.get(range)).crc32c()) {
            throw new BadChecksumException(
                    "the source has other bytes at " + range.offset() + " of write " + range.part() + " of " + id);
        }
        staged.put(range, store.stage(bytes));
    }

    @Override
    public Fetched result() {
        Map<Integer, List<StagedBytes>> pieces = new HashMap<>();
        forEachPiece((range, piece) -> {
            List<StagedBytes> ofWrite = pieces.computeIfAbsent(range.part(), part -> new ArrayList<>());
            if (range.byteCount() > 0) { // how bytes are cut into pieces is every host's own affair
                ofWrite.add(isKnown(piece) ? known.get(piece.id()) : staged.get(range));
            }
        });
        List<Operation> operations = new ArrayList<>(batch.operations());
        for (int part = 0; part < operations.size(); part++) {
            if (operations.get(part) instanceof Operation.WriteStaged write) {
                operations.set(part, new Operation.WriteStaged(write.offset(), pieces.getOrDefault(part, List.of())));
            }
        }
        return new Fetched.Batch(id, ballot, batch.withOperations(operations));
    }

    @Override
    public void giveUp() {
        staged.values().forEach(store::release);
    }
}
