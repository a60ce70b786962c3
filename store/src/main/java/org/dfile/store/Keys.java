package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.dfile.model.SessionId;

/** The keys of the database. Numbers are big-endian, so that the order of keys is the order of numbers. */
final class Keys {

    static final int EXTENT_BYTES = 2 * Long.BYTES;
    static final int PLACE_BYTES = Integer.BYTES + 2 * Long.BYTES;
    static final int SESSION_BYTES = 3 * Long.BYTES;

    private Keys() {}

    static byte[] extent(long id, long offset) {
        return ByteBuffer.allocate(EXTENT_BYTES).putLong(id).putLong(offset).array();
    }

    static boolean belongsTo(byte[] key, long id) {
        return ByteBuffer.wrap(key).getLong() == id;
    }

    static long extentOffset(byte[] key) {
        return ByteBuffer.wrap(key).getLong(Long.BYTES);
    }

    static byte[] session(long id, SessionId session) {
        UUID value = session.value();
        return ByteBuffer.allocate(SESSION_BYTES)
                .putLong(id)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits())
                .array();
    }

    static byte[] sessions(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    static SessionId sessionId(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        return new SessionId(new UUID(buffer.getLong(Long.BYTES), buffer.getLong(2 * Long.BYTES)));
    }

    static byte[] place(int dataFile, long id, long offset) {
        return ByteBuffer.allocate(PLACE_BYTES)
                .putInt(dataFile)
                .putLong(id)
                .putLong(offset)
                .array();
    }

    static byte[] places(int dataFile) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(dataFile).array();
    }

    /** Returns the key of the extent that a place names. */
    static byte[] extentOfPlace(byte[] place) {
        return Arrays.copyOfRange(place, Integer.BYTES, PLACE_BYTES);
    }

    static long extentId(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static byte[] change(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    static byte[] liveBytes(int dataFile) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put((byte) 'L')
                .putInt(dataFile)
                .array();
    }

    /** Returns the first key after all that begin with {@code prefix}; empty if there is none. */
    static byte[] after(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xff) {
            length--;
        }
        byte[] next = Arrays.copyOf(prefix, length);
        if (length > 0) {
            next[length - 1]++;
        }
        return next;
    }
}
