package org.dfile.protocol.peer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;

/** Writes the parts of an encoded batch or state, one after the other. */
final class EncodingWriter {

    private static final int FIRST_BYTES = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(FIRST_BYTES);

    EncodingWriter() {
        raw(new byte[Encoding.HEADER_BYTES]);
    }

    Bytes seal(char kind) {
        return Encoding.seal(kind, out.toByteArray());
    }

    EncodingWriter code(int code) {
        out.write(code);
        return this;
    }

    EncodingWriter flag(boolean flag) {
        return code(flag ? 1 : 0);
    }

    /** A number that is not negative, in few bytes if it is small. */
    EncodingWriter number(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("negative: " + number);
        }
        long rest = number;
        while (rest > 0x7F) {
            code((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return code((int) rest);
    }

    /** A number in four bytes, the high ones first. */
    EncodingWriter fixed(int number) {
        return raw(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    EncodingWriter uuid(UUID uuid) {
        return raw(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
    }

    EncodingWriter time(Instant time) {
        return raw(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(time.getEpochSecond())
                .putInt(time.getNano())
                .array());
    }

    EncodingWriter version(FileVersion version) {
        return number(version.generation()).number(version.seq());
    }

    EncodingWriter hash(ChainHash hash) {
        return raw(hash.bytes());
    }

    EncodingWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** Their count, their checksum as it was taken where they entered DFile (I14), and the bytes. */
    EncodingWriter bytes(Bytes bytes) {
        number(bytes.byteCount()).fixed(bytes.crc32c());
        byte[] content = new byte[bytes.byteCount()];
        bytes.buffer().get(content);
        return raw(content);
    }
}
