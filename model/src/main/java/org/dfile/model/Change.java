package org.dfile.model;

/**
 * One change that a client asks of a file; each is atomic. A {@code generation} above 0 means "only if the file is
 * still that generation", else {@link Failure.Replaced}; 0 means whatever is there.
 */
public sealed interface Change {

    /** Any generation will do. */
    long ANY_GENERATION = 0;

    /** The bytes this change carries. */
    default Bytes bytes() {
        return Bytes.EMPTY;
    }

    /**
     * Makes the file be there.
     *
     * @param exclusive it must not be there yet, else {@link Failure.FileExists}
     * @param truncate if it is there, cut it to nothing
     */
    record Create(boolean exclusive, boolean truncate) implements Change {}

    /** Puts bytes at an offset; a gap between the old end and the offset reads as zeros. */
    record Write(long generation, long offset, Bytes bytes) implements Change {
        public Write {
            checkGeneration(generation);
            checkRange(offset, bytes.byteCount());
        }
    }

    /**
     * Puts bytes at the end, wherever that is when its turn comes.
     *
     * @param create makes the file if it is not there, else {@link Failure.NoSuchFile}
     */
    record Append(long generation, boolean create, Bytes bytes) implements Change {
        public Append {
            checkGeneration(generation);
            checkRange(0, bytes.byteCount());
        }
    }

    /** Replaces the whole content by bytes that come along. */
    record Replace(WriteMode mode, Bytes bytes) implements Change {
        public Replace {
            checkRange(0, bytes.byteCount());
        }
    }

    /**
     * Replaces the whole content by bytes that were staged before, in one step however many they are.
     *
     * @param length how many bytes were staged; a stage that holds another number is refused
     */
    record Publish(WriteMode mode, StageId stage, long length) implements Change {
        public Publish {
            if (length < 0 || length > Limits.MAX_FILE_BYTES) {
                throw new IllegalArgumentException("length " + length + " is not in 0.." + Limits.MAX_FILE_BYTES);
            }
        }
    }

    /** Cuts the file to {@code length}, or extends it with zeros. */
    record Truncate(long generation, long length) implements Change {
        public Truncate {
            checkGeneration(generation);
            checkRange(length, 0);
        }
    }

    /** Removes the file. */
    record Delete(long generation) implements Change {
        public Delete {
            checkGeneration(generation);
        }
    }

    private static void checkGeneration(long generation) {
        if (generation < 0) {
            throw new IllegalArgumentException("generation " + generation + " is negative");
        }
    }

    private static void checkRange(long offset, int byteCount) {
        if (byteCount > Limits.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(byteCount + " bytes in one request, at most " + Limits.MAX_CHUNK_BYTES);
        }
        if (offset < 0 || offset > Limits.MAX_FILE_BYTES - byteCount) {
            throw new IllegalArgumentException(
                    "offset " + offset + " with " + byteCount + " bytes is not in 0.." + Limits.MAX_FILE_BYTES);
        }
    }
}
