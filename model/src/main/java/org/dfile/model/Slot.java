package org.dfile.model;

/**
 * One of {@value #COUNT} parts of the name space. All files of a slot live on the same hosts.
 *
 * <p>The slot of a name is the first 12 bits of the SHA-256 of its UTF-8 bytes, so that anybody can compute it: the
 * first three digits of {@code printf %s NAME | sha256sum}, read as a hexadecimal number. Test vectors are in
 * {@code placement-vectors.csv}.
 */
public record Slot(int number) implements Comparable<Slot> {

    public static final int COUNT = 4_096;

    public Slot {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("slot " + number + " is not in 0.." + (COUNT - 1));
        }
    }

    static Slot of(byte[] utf8) {
        byte[] hash = Sha256.digest().digest(utf8);
        return new Slot((hash[0] & 0xFF) << 4 | (hash[1] & 0xFF) >>> 4);
    }

    @Override
    public int compareTo(Slot other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toString(number);
    }
}
