package org.dfile.store;

import java.util.List;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;

/** How much room operations take beside the bytes that were staged in data files, which took theirs before. */
final class SpaceNeed {

    /** A piece is written to RocksDB's log first and to a table later. */
    private static final int COPIES_OF_PIECE = 2;

    private static final int KEY_BYTES = 256;
    private static final int RECORD_BYTES = 1_024;

    private SpaceNeed() {}

    /** Returns 0 for what frees room or only changes records that are there: that is served from the reserve. */
    static long of(List<Operation> operations) {
        return operations.stream().mapToLong(SpaceNeed::of).sum();
    }

    private static long of(Operation operation) {
        if (operation instanceof Operation.Create) {
            return RECORD_BYTES;
        }
        if (operation instanceof Operation.WriteInline write) {
            return piece(write.bytes().byteCount());
        }
        if (operation instanceof Operation.WriteStaged write) {
            return write.pieces().stream().mapToLong(SpaceNeed::of).sum();
        }
        return 0;
    }

    private static long of(StagedBytes piece) {
        boolean inMemory =
                piece instanceof StoredBytes stored ? stored.run() == null : ((Staged) piece).written() == null;
        return inMemory ? piece(piece.byteCount()) : KEY_BYTES;
    }

    private static long piece(int byteCount) {
        return (long) COPIES_OF_PIECE * byteCount + KEY_BYTES;
    }
}
