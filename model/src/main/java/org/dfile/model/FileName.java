package org.dfile.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of a file: a {@code /}-separated path of UTF-8 segments.
 *
 * <p>Each segment has 1 to {@value #MAX_SEGMENT_BYTES} bytes, the name at most {@value #MAX_BYTES}. No segment is empty,
 * {@code .} or {@code ..}; no character is NUL or half of a surrogate pair. Nothing is normalised: names that differ in
 * one byte are two names. Names are ordered by their bytes, unsigned, as every listing is.
 */
public final class FileName implements Comparable<FileName> {

    public static final int MAX_BYTES = 4_096;
    public static final int MAX_SEGMENT_BYTES = 255;

    private final String text;
    private final byte[] utf8;

    private FileName(String text, byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
    }

    /**
     * Checks and wraps a text.
     *
     * @throws InvalidFileNameException if a rule is broken; the message names the rule
     */
    public static FileName of(String text) {
        byte[] utf8 = encode(text);
        checkSegments(text, utf8);
        return new FileName(text, utf8);
    }

    /**
     * Checks and wraps bytes from the wire or the disk.
     *
     * @throws InvalidFileNameException if they are not UTF-8 or break a rule
     */
    public static FileName ofUtf8(byte[] utf8) {
        try {
            return of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new InvalidFileNameException(new String(utf8, StandardCharsets.UTF_8), "it is not UTF-8");
        }
    }

    private static byte[] encode(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] utf8 = new byte[encoded.remaining()];
            encoded.get(utf8);
            return utf8;
        } catch (CharacterCodingException e) {
            throw new InvalidFileNameException(text, "it holds half of a surrogate pair");
        }
    }

    private static void checkSegments(String text, byte[] utf8) {
        if (utf8.length == 0) {
            throw new InvalidFileNameException(text, "it is empty");
        }
        if (utf8.length > MAX_BYTES) {
            throw new InvalidFileNameException(text, utf8.length + " bytes, at most " + MAX_BYTES);
        }
        int start = 0;
        for (int end = 0; end <= utf8.length; end++) {
            if (end == utf8.length || utf8[end] == '/') {
                checkSegment(text, utf8, start, end);
                start = end + 1;
            } else if (utf8[end] == 0) {
                throw new InvalidFileNameException(text, "it holds a NUL");
            }
        }
    }

    private static void checkSegment(String text, byte[] utf8, int start, int end) {
        int byteCount = end - start;
        if (byteCount == 0) {
            throw new InvalidFileNameException(text, "a segment is empty (no leading, trailing or double '/')");
        }
        if (byteCount > MAX_SEGMENT_BYTES) {
            throw new InvalidFileNameException(
                    text, "a segment has " + byteCount + " bytes, at most " + MAX_SEGMENT_BYTES);
        }
        if (utf8[start] == '.' && (byteCount == 1 || (byteCount == 2 && utf8[start + 1] == '.'))) {
            throw new InvalidFileNameException(text, "a segment is '.' or '..'");
        }
    }

    /** Returns a copy of the name's bytes. */
    public byte[] utf8() {
        return utf8.clone();
    }

    public int byteCount() {
        return utf8.length;
    }

    /** Returns the slot that decides which hosts keep this file. */
    public Slot slot() {
        return Slot.of(utf8);
    }

    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(utf8, other.utf8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && text.equals(name.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
