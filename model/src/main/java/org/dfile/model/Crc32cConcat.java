package org.dfile.model;

/**
 * The CRC32C of pieces put one after the other, from their checksums and lengths alone. Of one thread.
 *
 * <p>A CRC is the remainder of a polynomial over GF(2), so the CRC of {@code AB} is that of {@code A} times x^(8|B|),
 * plus that of {@code B}. Polynomials stand here with their highest power in the lowest bit, as CRC32C has them.
 */
public final class Crc32cConcat {

    /** The Castagnoli polynomial without its highest power. */
    private static final int POLYNOMIAL = 0x82F6_3B78;

    private static final int ONE = 0x8000_0000;
    private static final int X_TO_THE_8 = 0x0080_0000;

    private int crc32c;
    private int knownByteCount;
    private int shift = ONE;

    /** Adds the next piece. */
    public void add(int pieceCrc32c, int byteCount) {
        if (byteCount != knownByteCount) { // nearly all pieces have one length
            knownByteCount = byteCount;
            shift = xToTheBytes(byteCount);
        }
        crc32c = multiply(crc32c, shift) ^ pieceCrc32c;
    }

    /** Returns the checksum of all pieces so far. */
    public int crc32c() {
        return crc32c;
    }

    /** Returns x^(8 * byteCount) modulo the polynomial, by squaring. */
    private static int xToTheBytes(int byteCount) {
        int result = ONE;
        int square = X_TO_THE_8;
        for (int rest = byteCount; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    private static int multiply(int left, int right) {
        int product = 0;
        int shifted = right;
        for (int bit = ONE; bit != 0; bit >>>= 1) {
            if ((left & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
        }
        return product;
    }
}
