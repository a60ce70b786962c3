package org.dfile.store;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/** The stored form of {@link FileRecord}: fixed fields, big-endian, after a byte that names the format. */
final class RecordCodec {

    private static final byte FORMAT = 1;
    private static final int BYTES =
            1 + 3 * Long.BYTES + ChainHash.BYTE_COUNT + 1 + Long.BYTES + 2 * 12 + 2 * Long.BYTES;

    private RecordCodec() {}

    static byte[] encode(FileRecord file) {
        ByteBuffer out = ByteBuffer.allocate(BYTES);
        out.put(FORMAT);
        out.putLong(file.id());
        out.putLong(file.version().generation());
        out.putLong(file.version().seq());
        out.put(file.hash().bytes());
        out.put((byte) (file.exists() ? 1 : 0));
        out.putLong(file.length());
        putTime(out, file.created());
        putTime(out, file.modified());
        out.putLong(file.watermark());
        out.putLong(file.change());
        return out.array();
    }

    static FileRecord decode(byte[] bytes) throws CorruptDataException {
        if (bytes.length != BYTES || bytes[0] != FORMAT) {
            throw new CorruptDataException("not a file record of format " + FORMAT + ": " + bytes.length + " bytes", 0);
        }
        try {
            return decode(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CorruptDataException("not a file record: " + e.getMessage(), 0);
        }
    }

    private static FileRecord decode(ByteBuffer in) {
        long id = in.getLong();
        FileVersion version = new FileVersion(in.getLong(), in.getLong());
        byte[] hash = new byte[ChainHash.BYTE_COUNT];
        in.get(hash);
        boolean exists = in.get() != 0;
        long length = in.getLong();
        Instant created = time(in);
        Instant modified = time(in);
        return new FileRecord(
                id, version, ChainHash.of(hash), exists, length, created, modified, in.getLong(), in.getLong());
    }

    private static void putTime(ByteBuffer out, Instant time) {
        out.putLong(time.getEpochSecond());
        out.putInt(time.getNano());
    }

    private static Instant time(ByteBuffer in) {
        return Instant.ofEpochSecond(in.getLong(), in.getInt());
    }
}
