package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link FieldWriter} wrote. */
final class FieldReader extends PartReader {

    FieldReader(ByteBuffer in) {
        super(in);
    }

    long number(String what) throws DecodeException {
        return next(Long.BYTES, what).getLong();
    }

    String text(String what) throws DecodeException {
        return new String(utf8(what), StandardCharsets.UTF_8);
    }

    byte[] utf8(String what) throws DecodeException {
        int byteCount = Short.toUnsignedInt(next(Short.BYTES, what).getShort());
        if (byteCount > FieldWriter.MAX_TEXT_BYTES) {
            throw new DecodeException(what + ": " + byteCount + " bytes, at most " + FieldWriter.MAX_TEXT_BYTES);
        }
        return raw(byteCount, what);
    }
}
