package org.dfile.store;

import java.util.concurrent.CompletionStage;
import org.dfile.model.Bytes;

/**
 * A state of a file on its way in, range by range. Nothing of it counts before {@link #install}; after a restart it is
 * gone. Of one thread, but for {@link #close}.
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
     * Makes it the committed state if it is above the own one, durably (I19). The floor does not matter (I15).
     *
     * <p>What is damaged beside the bytes of the own file (its record, its sessions, its pending batch) is replaced, whatever
     * it was, and no pending batch stays: the file is not amnesiac any more. So whoever has to give it its vote back (I10)
     * must not let it have that before everything is there. It fails with {@link AmnesiacException} if not even what stands
     * beside the records for this purpose can be read; then only a new volume helps.
     *
     * @param dropPending whether the pending batch goes: it is known not to be chosen after this state
     */
    CompletionStage<InstallResult> install(boolean dropPending);

    /**
     * Puts the bytes in the place of those of the own committed state, durably, if that is still this very state: for bytes
     * that are damaged here (I14). Nothing else changes; a pending batch stays. What the scrub has listed goes from the list
     * when the next one is complete, or with {@link FileStore#recheck}. Fails with {@link AmnesiacException} if more than bytes is damaged: then the whole state
     * is to be had back (I9, I10).
     *
     * @return false if the committed state is another one by now
     */
    CompletionStage<Boolean> repair();

    /** Gives up what was not installed; nothing else may be called after it. */
    @Override
    void close() throws StoreException;
}
