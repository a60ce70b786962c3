package org.dfile.protocol.peer;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.DecodeException;

/**
 * A batch on its way between hosts: all of it, with the bytes of its inline writes; staged bytes by id, byte count and
 * checksum. Of the checksums of bytes none is checked here (I14): whoever stores the bytes does that.
 */
public final class BatchCodec {

    /** Most staged pieces of one batch: 2 TiB in pieces of full length. A batch with more cannot be encoded. */
    public static final int MAX_PIECES = 2_000_000;

    private static final char KIND = 'B';

    private static final int CREATE = 1;
    private static final int INLINE = 2;
    private static final int STAGED = 3;
    private static final int TRUNCATE = 4;
    private static final int DELETE = 5;

    private static final int LEAST_OPERATION_BYTES = 1;
    private static final int LEAST_PIECE_BYTES = 6;

    private BatchCodec() {}

    /**
     * Encodes a batch. Staged bytes that are not {@link NamedPiece}s get {@link PieceId#NONE}.
     *
     * @throws IllegalArgumentException if the encoded form would be too long
     */
    public static Bytes encode(Batch batch) {
        EncodingWriter out = new EncodingWriter();
        out.version(batch.version()).hash(batch.hash()).time(batch.time());
        out.number(batch.operations().size());
        batch.operations().forEach(operation -> write(out, operation));
        new SessionsForm().write(out, batch.sessions());
        SessionsForm.writeIds(out, batch.evicted());
        out.version(batch.watermark());
        return out.seal(KIND);
    }

    private static void write(EncodingWriter out, Operation operation) {
        if (operation instanceof Operation.Create) {
            out.code(CREATE);
        } else if (operation instanceof Operation.WriteInline write) {
            out.code(INLINE).number(write.offset()).bytes(write.bytes());
        } else if (operation instanceof Operation.WriteStaged write) {
            out.code(STAGED).number(write.offset()).number(write.pieces().size());
            write.pieces().forEach(piece -> write(out, piece));
        } else if (operation instanceof Operation.Truncate truncate) {
            out.code(TRUNCATE).number(truncate.length());
        } else if (operation instanceof Operation.Delete) {
            out.code(DELETE);
        } else {
            throw new AssertionError("unhandled operation " + operation);
        }
    }

    private static void write(EncodingWriter out, StagedBytes piece) {
        PieceId id = piece instanceof NamedPiece named ? named.id() : PieceId.NONE;
        boolean known = !id.equals(PieceId.NONE);
        out.number(piece.byteCount()).fixed(piece.crc32c()).flag(known);
        if (known) {
            out.uuid(id.value());
        }
    }

    /** Decodes a batch; its staged bytes are {@link NamedPiece}s. */
    public static Batch decode(Bytes encoded) throws DecodeException {
        EncodingReader in = Encoding.open(KIND, encoded);
        try {
            Batch batch = new Batch(
                    in.version("version"),
                    in.hash("hash"),
                    in.time("time"),
                    readOperations(in),
                    new SessionsForm().read(in),
                    SessionsForm.readIds(in),
                    in.version("watermark"));
            in.end();
            return batch;
        } catch (IllegalArgumentException e) {
            throw new DecodeException("a batch: " + e.getMessage(), e);
        }
    }

    private static List<Operation> readOperations(EncodingReader in) throws DecodeException {
        int count = in.count(LEAST_OPERATION_BYTES, "operations");
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            operations.add(readOperation(in));
        }
        return operations;
    }

    private static Operation readOperation(EncodingReader in) throws DecodeException {
        int kind = in.code("operation");
        return switch (kind) {
            case CREATE -> new Operation.Create();
            case INLINE ->
                new Operation.WriteInline(readOffset(in), in.bytes(Limits.CHECKSUM_BLOCK_BYTES, "inline bytes"));
            case STAGED -> new Operation.WriteStaged(readOffset(in), readPieces(in));
            case TRUNCATE -> new Operation.Truncate(readOffset(in));
            case DELETE -> new Operation.Delete();
            default -> throw new DecodeException("unknown operation " + kind);
        };
    }

    private static long readOffset(EncodingReader in) throws DecodeException {
        return in.numberAtMost(Limits.MAX_FILE_BYTES, "offset");
    }

    private static List<StagedBytes> readPieces(EncodingReader in) throws DecodeException {
        int count = in.count(LEAST_PIECE_BYTES, "pieces");
        List<StagedBytes> pieces = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int byteCount = (int) in.numberAtMost(Limits.MAX_CHUNK_BYTES, "piece");
            int crc32c = in.fixed("checksum");
            pieces.add(new NamedPiece(
                    in.flag("known") ? new PieceId(in.uuid("piece id")) : PieceId.NONE, byteCount, crc32c));
        }
        return pieces;
    }
}
