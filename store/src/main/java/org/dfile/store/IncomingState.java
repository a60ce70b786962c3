package org.dfile.store;

import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;

/**
 * A state of a file on its way in, range by range. Nothing of it counts before {@link #install}; after a restart it is
 * gone. Of one thread.
 */
public interface IncomingState extends AutoCloseable {

    /**
     * Takes the next bytes. Ranges come in order of offset and do not overlap; what is left out is zeros.
     *
     * @throws BadChecksumException if the bytes do not match their checksum; nothing was written
     * @throws VolumeFullException decided before anything is written
     */
    void write(long offset, Bytes bytes) throws StoreException;

    /**
     * Makes it the committed state if it is above the own one, durably (I19). A pending batch goes if it is of this
     * version or one below. The floor does not matter (I15).
     */
    CompletionStage<InstallResult> install();

    /** Gives up what was not installed. */
    @Override
    void close() throws StoreException;
}
