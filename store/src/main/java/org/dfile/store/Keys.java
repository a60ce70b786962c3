package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.dfile.model.FileName;
import org.dfile.model.SessionId;
import org.dfile.model.Slot;

/** The keys of the database. Numbers are big-endian, so that the order of keys is the order of numbers. */
final class Keys {

    static final int EXTENT_BYTES = 2 * Long.BYTES;
    static final int PLACE_BYTES = Integer.BYTES + 2 * Long.BYTES;
    private static final int SLOT_BYTES = Short.BYTES;
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

    /** Returns a key under which names of a slot stand together, in the order of their bytes. */
    static byte[] inSlot(Slot slot, byte[] utf8) {
        return ByteBuffer.allocate(SLOT_BYTES + utf8.length)
                .putShort((short) slot.number())
                .put(utf8)
                .array();
    }

    static byte[] inSlot(FileName name) {
        return inSlot(name.slot(), name.utf8());
    }

    static FileName nameInSlot(byte[] key) {
        return FileName.ofUtf8(Arrays.copyOfRange(key, SLOT_BYTES, key.length));
    }

    static byte[] liveBytes(int dataFile) {
        return ByteBuffer.allocate(1 + Integer.BYTES)
                .put((byte) 'L')
                .putInt(dataFile)
                .array();
    }
}
