package org.dfile.store;

import java.util.Arrays;
import org.dfile.model.Limits;

/**
 * Where bytes stand in a data file, with a CRC32C of each {@link Limits#CHECKSUM_BLOCK_BYTES} of them (I14); the last
 * block may be shorter.
 *
 * @param file number of the data file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record Run(int file, long position, int byteCount, int[] crcs) {

    static final int BLOCK_BYTES = Limits.CHECKSUM_BLOCK_BYTES;

    Run {
        if (crcs.length != blockCount(byteCount)) {
            throw new IllegalArgumentException(crcs.length + " checksums for " + byteCount + " bytes");
        }
    }

    static int blockCount(int byteCount) {
        return (byteCount + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    int blockBytes(int block) {
        return Math.min(BLOCK_BYTES, byteCount - block * BLOCK_BYTES);
    }

    long blockPosition(int block) {
        return position + (long) block * BLOCK_BYTES;
    }

    /** Returns the part that consists of the blocks from {@code first} to {@code last}, both included. */
    Run blocks(int first, int last) {
        int end = Math.min(byteCount, (last + 1) * BLOCK_BYTES);
        return new Run(
                file, blockPosition(first), end - first * BLOCK_BYTES, Arrays.copyOfRange(crcs, first, last + 1));
    }
}
