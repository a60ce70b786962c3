package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileName;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;

/** Reads pending batches and their bytes, for other replicas to fetch them. */
final class PendingReader {

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;

    PendingReader(Database database, Records records, DataFiles dataFiles) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
    }

    Optional<PendingBatch> pending(FileName name) throws StoreException {
        try (Database.View view = database.latest()) {
            return Optional.ofNullable(records.pending(view, name));
        }
    }

    Bytes readPending(FileName name, ChainHash hash, int operation, long offset, int byteCount) throws StoreException {
        try (Database.View view = database.latest()) {
            PendingBatch pending = records.pending(view, name);
            if (pending == null || !pending.batch().hash().equals(hash)) {
                throw new ConflictException("the batch is not pending any more: " + name + ", " + hash);
            }
            Operation write = pending.batch().operations().get(operation);
            if (write instanceof Operation.WriteInline inline) {
                return Bytes.of(range(List.of(fresh(inline)), offset, byteCount));
            }
            if (write instanceof Operation.WriteStaged staged) {
                return Bytes.of(range(extents(staged), offset, byteCount));
            }
            throw new IllegalArgumentException("operation " + operation + " is no write: " + write);
        }
    }

    private static Extent fresh(Operation.WriteInline write) throws StoreException {
        return new Extent.Fresh(0, Stager.copy(write.bytes()));
    }

    private static List<Extent> extents(Operation.WriteStaged write) {
        List<Extent> extents = new ArrayList<>();
        long offset = 0;
        for (StagedBytes piece : write.pieces()) {
            extents.add(((StoredBytes) piece).at(offset));
            offset += piece.byteCount();
        }
        return extents;
    }

    private ByteBuffer range(List<Extent> extents, long offset, int byteCount) throws StoreException {
        long end = extents.isEmpty() ? 0 : extents.get(extents.size() - 1).end();
        if (offset < 0 || byteCount < 0) {
            throw new IllegalArgumentException("offset " + offset + ", byte count " + byteCount);
        }
        byte[] bytes = new byte[(int) Math.min(byteCount, Math.max(0, end - offset))];
        ExtentReader reader = new ExtentReader(dataFiles, null, bytes, offset);
        for (Extent extent : extents) {
            if (extent.offset() < offset + bytes.length && extent.end() > offset) {
                copy(reader, extent);
            }
        }
        return ByteBuffer.wrap(bytes);
    }

    private static void copy(ExtentReader reader, Extent extent) throws StoreException {
        try {
            reader.copy(extent);
        } catch (ExtentReader.OutdatedException e) {
            throw new ConflictException("the batch is not pending any more: " + e.getMessage());
        }
    }
}
