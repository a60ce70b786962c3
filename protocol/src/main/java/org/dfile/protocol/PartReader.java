package org.dfile.protocol;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Reads encoded parts, one after the other. Nothing is allocated before its length was compared with what remains; what is
 * not there, or not of its form, is named in the {@link DecodeException}.
 */
public abstract class PartReader {

    private final ByteBuffer in;

    protected PartReader(ByteBuffer in) {
        this.in = in;
    }

    public final int code(String what) throws DecodeException {
        return next(1, what).get();
    }

    public final boolean flag(String what) throws DecodeException {
        int code = code(what);
        if (code != 0 && code != 1) {
            throw new DecodeException(what + ": " + code + " is neither 0 nor 1");
        }
        return code == 1;
    }

    public final UUID uuid(String what) throws DecodeException {
        ByteBuffer next = next(2 * Long.BYTES, what);
        return new UUID(next.getLong(), next.getLong());
    }

    public final byte[] raw(int byteCount, String what) throws DecodeException {
        ByteBuffer next = next(byteCount, what);
        byte[] bytes = new byte[byteCount];
        next.get(bytes);
        return bytes;
    }

    /** Checks that nothing is left. */
    public final void end() throws DecodeException {
        if (in.hasRemaining()) {
            throw new DecodeException(in.remaining() + " bytes too many");
        }
    }

    protected final int remaining() {
        return in.remaining();
    }

    /** Returns what is being read, in which so many bytes remain at least. */
    protected final ByteBuffer next(int byteCount, String what) throws DecodeException {
        if (in.remaining() < byteCount) {
            throw new DecodeException(what + ": " + byteCount + " bytes needed, " + in.remaining() + " there");
        }
        return in;
    }
}
