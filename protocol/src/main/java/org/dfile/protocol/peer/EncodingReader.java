package org.dfile.protocol.peer;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.protocol.DecodeException;
import org.dfile.protocol.PartReader;

/** Reads what {@link EncodingWriter} wrote. */
final class EncodingReader extends PartReader {

    /** Of the last part of a number of 63 bits. */
    private static final int MAX_SHIFT = 56;

    EncodingReader(ByteBuffer in) {
        super(in);
    }

    long number(String what) throws DecodeException {
        long number = 0;
        for (int shift = 0; shift <= MAX_SHIFT; shift += 7) {
            int part = code(what);
            number |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return number;
            }
        }
        throw new DecodeException(what + ": a number of more than 63 bits");
    }

    long numberAtMost(long limit, String what) throws DecodeException {
        long number = number(what);
        if (number > limit) {
            throw new DecodeException(what + ": " + number + ", at most " + limit);
        }
        return number;
    }

    /** Reads how many things follow, each of at least so many bytes. */
    int count(int leastBytesEach, String what) throws DecodeException {
        return (int) numberAtMost(remaining() / leastBytesEach, what);
    }

    int fixed(String what) throws DecodeException {
        return next(Integer.BYTES, what).getInt();
    }

    Instant time(String what) throws DecodeException {
        ByteBuffer next = next(Long.BYTES + Integer.BYTES, what);
        try {
            return Instant.ofEpochSecond(next.getLong(), next.getInt());
        } catch (DateTimeException | ArithmeticException e) {
            throw new DecodeException(what + ": " + e.getMessage(), e);
        }
    }

    FileVersion version(String what) throws DecodeException {
        return new FileVersion(number(what), number(what));
    }

    ChainHash hash(String what) throws DecodeException {
        return ChainHash.of(raw(ChainHash.BYTE_COUNT, what));
    }

    /** Bytes with their checksum, which is not checked here. */
    Bytes bytes(int limit, String what) throws DecodeException {
        int byteCount = (int) numberAtMost(limit, what);
        int crc32c = fixed(what);
        return Bytes.received(ByteBuffer.wrap(raw(byteCount, what)), crc32c);
    }
}
