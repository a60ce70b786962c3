package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Writes the fields of a bulk message, one after the other, where the buffer stands. Big-endian. */
final class FieldWriter {

    /** Longest text: its length has to fit two bytes, and what is read stays small. */
    static final int MAX_TEXT_BYTES = 4_096;

    private final ByteBuffer out;

    FieldWriter(ByteBuffer out) {
        this.out = out;
    }

    FieldWriter code(int code) {
        out.put((byte) code);
        return this;
    }

    FieldWriter flag(boolean flag) {
        return code(flag ? 1 : 0);
    }

    FieldWriter number(long number) {
        out.putLong(number);
        return this;
    }

    FieldWriter uuid(UUID uuid) {
        return number(uuid.getMostSignificantBits()).number(uuid.getLeastSignificantBits());
    }

    FieldWriter text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    FieldWriter text(byte[] utf8) {
        if (utf8.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("a text of " + utf8.length + " bytes, at most " + MAX_TEXT_BYTES);
        }
        out.putShort((short) utf8.length);
        out.put(utf8);
        return this;
    }

    /** Bytes whose count the reader knows. */
    FieldWriter raw(byte[] bytes) {
        out.put(bytes);
        return this;
    }
}
