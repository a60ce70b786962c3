package org.dfile.store;

import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;

/**
 * One committed state of a file, held while it is read piece by piece and the file goes on. Holds back the room of what
 * was overwritten since, so close it soon. May be used by many threads.
 */
public interface PinnedState extends AutoCloseable {

    FileState state();

    /** Returns the same in short, with the ballot. */
    Committed committed();

    /**
     * Reads at most {@code byteCount} bytes from {@code offset} on; fewer only at the end of the file.
     *
     * @throws CorruptDataException if bytes on disk do not match their checksum
     */
    Bytes read(long offset, int byteCount) throws StoreException;

    @Override
    void close();
}
