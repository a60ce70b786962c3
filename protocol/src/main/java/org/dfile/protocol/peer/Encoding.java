package org.dfile.protocol.peer;

import java.nio.ByteBuffer;
import org.dfile.model.Bytes;
import org.dfile.protocol.DecodeException;

/**
 * The frame of an encoded batch or state: a letter for the kind, the version of the form, the CRC32C of what follows, and
 * that. Numbers are in LEB128, seven bits per byte with the low ones first, unless said otherwise.
 */
final class Encoding {

    /** Longest encoded form. */
    static final int MAX_BYTES = 64 << 20;

    static final int HEADER_BYTES = 6;

    private static final byte VERSION = 1;
    private static final int CRC_AT = 2;

    private Encoding() {}

    /** Fills in the header, for which the first bytes were left free. */
    static Bytes seal(char kind, byte[] encoded) {
        if (encoded.length > MAX_BYTES) {
            throw new IllegalArgumentException(encoded.length + " bytes encoded, at most " + MAX_BYTES);
        }
        ByteBuffer frame = ByteBuffer.wrap(encoded);
        frame.put((byte) kind).put(VERSION).putInt(CRC_AT, crc(frame));
        return Bytes.of(encoded);
    }

    /** Checks the header and returns what follows. */
    static EncodingReader open(char kind, Bytes encoded) throws DecodeException {
        ByteBuffer frame = encoded.buffer();
        if (frame.remaining() < HEADER_BYTES || frame.remaining() > MAX_BYTES) {
            throw new DecodeException("an encoded form of " + frame.remaining() + " bytes");
        }
        if (frame.get(0) != kind || frame.get(1) != VERSION) {
            throw new DecodeException("not of kind " + kind + " in version " + VERSION);
        }
        if (frame.getInt(CRC_AT) != crc(frame)) {
            throw new DecodeException("an encoded form does not match its checksum");
        }
        return new EncodingReader(frame.position(HEADER_BYTES));
    }

    private static int crc(ByteBuffer frame) {
        return Bytes.checksum(frame.slice(HEADER_BYTES, frame.limit() - HEADER_BYTES));
    }
}
