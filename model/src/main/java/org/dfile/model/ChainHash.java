package org.dfile.model;

import java.util.HexFormat;

/**
 * The hash that a state of a file has of its whole history: SHA-256 over the hash before it and the batch that made it.
 * Two replicas whose states of one version differ in it have diverged (I3, I18).
 */
public record ChainHash(String hex) {

    public static final int BYTE_COUNT = 32;

    /** The hash of a file that never existed. */
    public static final ChainHash NONE = new ChainHash("00".repeat(BYTE_COUNT));

    public ChainHash {
        if (hex.length() != 2 * BYTE_COUNT) {
            throw new IllegalArgumentException("a chain hash has " + BYTE_COUNT + " bytes: " + hex);
        }
    }

    public static ChainHash of(byte[] bytes) {
        return new ChainHash(HexFormat.of().formatHex(bytes));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Returns the hash of the state that {@code step} (the batch, canonically encoded) makes of this one. */
    public ChainHash then(byte[] step) {
        var digest = Sha256.digest();
        digest.update(bytes());
        return of(digest.digest(step));
    }

    @Override
    public String toString() {
        return hex.substring(0, 16);
    }
}
