package org.dfile.store;

import java.nio.ByteBuffer;

/**
 * What the record of a name counts for in the sums of the volume. It stands beside the record, under slot and name: it says
 * which names a slot has, and lets a damaged record be replaced without the sums going wrong.
 *
 * @param id of the file
 * @param change number of the last change
 * @param digest what the record adds to the digest of its slot
 */
record Footprint(long id, long change, boolean exists, long length, long digest) {

    private static final byte FORMAT = 1;
    private static final int BYTES = 2 + 4 * Long.BYTES;

    byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .put(FORMAT)
                .put((byte) (exists ? 1 : 0))
                .putLong(id)
                .putLong(change)
                .putLong(length)
                .putLong(digest)
                .array();
    }

    static Footprint decode(byte[] value) throws CorruptDataException {
        if (value.length != BYTES || value[0] != FORMAT) {
            throw new CorruptDataException("not a footprint of format " + FORMAT + ": " + value.length + " bytes", 0);
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, BYTES - 1);
        boolean exists = in.get() != 0;
        return new Footprint(in.getLong(), in.getLong(), exists, in.getLong(), in.getLong());
    }
}
