package org.dfile.store;

/**
 * A run of a file's bytes that stand together on disk, or are about to. The extents of a file never overlap; between
 * them are zeros.
 */
sealed interface Extent {

    long offset();

    int byteCount();

    default long end() {
        return offset() + byteCount();
    }

    /** Returns the part of this extent from {@code from} to {@code to}, both offsets in the file, inside of it. */
    Extent slice(long from, long to);

    /**
     * Bytes of a stored piece, which stands beside the records. It is stored at {@code keyOffset} with
     * {@code storedBytes} bytes; this extent begins {@code skip} bytes into it.
     */
    record Inline(long offset, int byteCount, long keyOffset, int storedBytes, int skip) implements Extent {
        @Override
        public Inline slice(long from, long to) {
            return new Inline(from, (int) (to - from), keyOffset, storedBytes, skip + (int) (from - offset));
        }
    }

    /** Bytes in a data file: from {@code skip} on in a run of checksummed blocks. */
    record Data(long offset, int byteCount, Run run, int skip) implements Extent {
        Data(long offset, Run run) {
            this(offset, run.byteCount(), run, 0);
        }

        /** Keeps of the run only the blocks that the part touches, since only they can be needed to check it. */
        @Override
        public Data slice(long from, long to) {
            int newSkip = skip + (int) (from - offset);
            int newCount = (int) (to - from);
            int firstBlock = newSkip / Run.BLOCK_BYTES;
            int lastBlock = (newSkip + newCount - 1) / Run.BLOCK_BYTES;
            return new Data(from, newCount, run.blocks(firstBlock, lastBlock), newSkip - firstBlock * Run.BLOCK_BYTES);
        }
    }

    /** Bytes in memory, checked, which will be stored beside the records: {@code byteCount} of them from {@code start}. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
    record Fresh(long offset, byte[] array, int start, int byteCount) implements Extent {
        Fresh(long offset, byte[] array) {
            this(offset, array, 0, array.length);
        }

        @Override
        public Fresh slice(long from, long to) {
            return new Fresh(from, array, start + (int) (from - offset), (int) (to - from));
        }
    }
}
