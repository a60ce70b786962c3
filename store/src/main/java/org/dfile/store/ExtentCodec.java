package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.dfile.model.Limits;

/**
 * The stored form of extents: a byte that names the format, a byte that names the kind, then for a piece its CRC32C and
 * its bytes; for bytes in a data file the place, the part of it that counts and the CRC32C of each block.
 */
final class ExtentCodec {

    /** Enough of a value to know how long the extent is. */
    static final int PIECE_HEADER_BYTES = 2 + Integer.BYTES;

    private static final byte FORMAT = 1;
    private static final byte PIECE = 1;
    private static final byte DATA = 2;
    private static final int DATA_HEADER_BYTES = 2 + Integer.BYTES + Long.BYTES + 3 * Integer.BYTES;

    private ExtentCodec() {}

    static byte[] encode(Extent.Fresh piece) {
        CRC32C crc = new CRC32C();
        crc.update(piece.array(), piece.start(), piece.byteCount());
        return ByteBuffer.allocate(PIECE_HEADER_BYTES + piece.byteCount())
                .put(FORMAT)
                .put(PIECE)
                .putInt((int) crc.getValue())
                .put(piece.array(), piece.start(), piece.byteCount())
                .array();
    }

    static byte[] encode(Extent.Data data) {
        Run run = data.run();
        ByteBuffer out = ByteBuffer.allocate(DATA_HEADER_BYTES + Integer.BYTES * run.crcs().length);
        out.put(FORMAT).put(DATA);
        out.putInt(run.file()).putLong(run.position()).putInt(run.byteCount());
        out.putInt(data.skip()).putInt(data.byteCount());
        for (int crc : run.crcs()) {
            out.putInt(crc);
        }
        return out.array();
    }

    /** Reads the place of an extent; of a piece only the first {@link #PIECE_HEADER_BYTES} bytes are needed. */
    static Extent decode(long offset, byte[] value, int valueBytes) throws CorruptDataException {
        if (valueBytes < PIECE_HEADER_BYTES || value[0] != FORMAT) {
            throw new CorruptDataException("not an extent of format " + FORMAT, offset);
        }
        if (value[1] == PIECE && valueBytes <= PIECE_HEADER_BYTES + Limits.CHECKSUM_BLOCK_BYTES) {
            int byteCount = valueBytes - PIECE_HEADER_BYTES;
            return new Extent.Inline(offset, byteCount, offset, byteCount, 0);
        }
        if (value[1] == DATA && valueBytes >= DATA_HEADER_BYTES) {
            return decodeData(offset, ByteBuffer.wrap(value, 2, valueBytes - 2));
        }
        throw new CorruptDataException("not an extent: kind " + value[1] + ", " + valueBytes + " bytes", offset);
    }

    static boolean isData(byte[] header) {
        return header[1] == DATA;
    }

    private static Extent decodeData(long offset, ByteBuffer in) throws CorruptDataException {
        int file = in.getInt();
        long position = in.getLong();
        int runBytes = in.getInt();
        int skip = in.getInt();
        int byteCount = in.getInt();
        if (runBytes < 0
                || skip < 0
                || byteCount < 1
                || byteCount > runBytes - skip
                || in.remaining() != Integer.BYTES * Run.blockCount(runBytes)) {
            throw new CorruptDataException("not an extent: its lengths do not fit", offset);
        }
        int[] crcs = new int[Run.blockCount(runBytes)];
        in.asIntBuffer().get(crcs);
        return new Extent.Data(offset, byteCount, new Run(file, position, runBytes, crcs), skip);
    }

    /** Returns the bytes of a piece, checked. */
    static byte[] pieceBytes(long offset, byte[] value) throws CorruptDataException {
        if (value.length < PIECE_HEADER_BYTES || value[0] != FORMAT || value[1] != PIECE) {
            throw new CorruptDataException("not a piece of format " + FORMAT, offset);
        }
        CRC32C crc = new CRC32C();
        crc.update(value, PIECE_HEADER_BYTES, value.length - PIECE_HEADER_BYTES);
        if ((int) crc.getValue() != ByteBuffer.wrap(value).getInt(2)) {
            throw new CorruptDataException("a piece beside the records does not match its checksum", offset);
        }
        return Arrays.copyOfRange(value, PIECE_HEADER_BYTES, value.length);
    }
}
