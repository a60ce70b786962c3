package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Reads what {@link FieldWriter} wrote. Nothing is allocated before its length was compared with what remains. */
final class FieldReader {

    private final ByteBuffer in;

    FieldReader(ByteBuffer in) {
        this.in = in;
    }

    int code(String what) throws DecodeException {
        need(1, what);
        return in.get();
    }

    boolean flag(String what) throws DecodeException {
        int code = code(what);
        if (code != 0 && code != 1) {
            throw new DecodeException(what + ": " + code + " is neither 0 nor 1");
        }
        return code == 1;
    }

    long number(String what) throws DecodeException {
        need(Long.BYTES, what);
        return in.getLong();
    }

    UUID uuid(String what) throws DecodeException {
        return new UUID(number(what), number(what));
    }

    String text(String what) throws DecodeException {
        return new String(utf8(what), StandardCharsets.UTF_8);
    }

    byte[] utf8(String what) throws DecodeException {
        need(Short.BYTES, what);
        int byteCount = Short.toUnsignedInt(in.getShort());
        if (byteCount > FieldWriter.MAX_TEXT_BYTES) {
            throw new DecodeException(what + ": " + byteCount + " bytes, at most " + FieldWriter.MAX_TEXT_BYTES);
        }
        need(byteCount, what);
        byte[] utf8 = new byte[byteCount];
        in.get(utf8);
        return utf8;
    }

    /** Checks that nothing is left. */
    void end() throws DecodeException {
        if (in.hasRemaining()) {
            throw new DecodeException(in.remaining() + " bytes too many");
        }
    }

    private void need(int byteCount, String what) throws DecodeException {
        if (in.remaining() < byteCount) {
            throw new DecodeException(what + ": " + byteCount + " bytes needed, " + in.remaining() + " there");
        }
    }
}
