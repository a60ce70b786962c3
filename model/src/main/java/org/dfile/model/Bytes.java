package org.dfile.model;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A run of file bytes with the CRC32C that was taken of it where it entered DFile. Whoever stores or delivers the bytes
 * checks them against it with {@link #intact}; nobody on the way computes it anew.
 *
 * <p>The bytes are not copied: whoever makes a {@code Bytes} leaves the buffer alone as long as it is in use. A change
 * is noticed by {@link #intact} and refused, never stored.
 */
public final class Bytes {

    public static final Bytes EMPTY = Bytes.of(ByteBuffer.allocate(0));

    private final ByteBuffer content;
    private final int crc32c;

    private Bytes(ByteBuffer content, int crc32c) {
        this.content = content;
        this.crc32c = crc32c;
    }

    /** Takes the checksum of what remains in {@code content}, whose position and limit stay as they are. */
    public static Bytes of(ByteBuffer content) {
        return new Bytes(content.slice(), checksum(content));
    }

    public static Bytes of(byte[] content) {
        return of(ByteBuffer.wrap(content));
    }

    /** Wraps bytes that came with a checksum, which is not checked here: see {@link #intact}. */
    public static Bytes received(ByteBuffer content, int crc32c) {
        return new Bytes(content.slice(), crc32c);
    }

    /** Returns the CRC32C of what remains in {@code content}, whose position and limit stay as they are. */
    public static int checksum(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }

    public int byteCount() {
        return content.remaining();
    }

    public int crc32c() {
        return crc32c;
    }

    /** Returns whether the bytes are still those that the checksum was taken of. */
    public boolean intact() {
        return checksum(content) == crc32c;
    }

    /** Returns a view of the bytes with position and limit of its own, read-only. */
    public ByteBuffer buffer() {
        return content.asReadOnlyBuffer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && crc32c == bytes.crc32c && content.equals(bytes.content);
    }

    @Override
    public int hashCode() {
        return crc32c;
    }

    @Override
    public String toString() {
        return byteCount() + " bytes, CRC32C " + String.format("%08x", crc32c);
    }
}
