package org.dfile.store;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.StagedBytes;

/**
 * The files of one host, on one volume.
 *
 * <p>All methods may be called by many threads. All but {@link #apply} block for disk work, so they belong on threads
 * made for that. {@code apply} prepares on the calling thread (it may read and write, so it belongs there too) and
 * completes its stage on the committer's thread once the change is on disk.
 *
 * <p>After the first failed write or fsync the volume is poisoned: every call fails with {@link PoisonedException}, and
 * only a new process may open it again (I12).
 */
public interface FileStore extends AutoCloseable {

    /** How often this volume was opened, this time included; durable before the store is handed out (I1). */
    long bootCount();

    /**
     * Returns the committed state of a name: a file, or the tombstone that a deletion left; empty if never created.
     *
     * @throws AmnesiacException if the record is damaged: that is not "never created"
     */
    Optional<FileState> state(FileName name) throws StoreException;

    /**
     * Writes bytes ahead of the batch that will name them, so that they travel to the disk while the batch before is
     * decided. They are checked against their checksum first. They are live until they are applied or released; after a
     * restart they are gone.
     *
     * @throws BadChecksumException if the bytes do not match their checksum; nothing was written
     * @throws VolumeFullException decided before anything is written
     */
    StagedBytes stage(Bytes bytes) throws StoreException;

    /** Gives up staged bytes that no batch named. Calling it twice, or after they were applied, does nothing. */
    void release(StagedBytes staged);

    /**
     * Makes one batch the next state of a file: whole or not at all, durable before the stage completes. Bytes are on
     * disk before the record that names them (I11). Applies of many files share one fsync.
     *
     * <p>The stage fails with a {@link StoreException}: {@link ConflictException} if the file is not in the expected
     * state or another apply of it is under way, {@link BadChecksumException}, {@link VolumeFullException} (in these
     * cases nothing was changed), {@link AmnesiacException}, {@link DivergedException}, {@link PoisonedException}
     * (unknown until the volume is opened again).
     *
     * @param expected version of the state that the batch was built on, {@link FileVersion#NONE} for a name without one
     */
    CompletionStage<FileState> apply(FileName name, FileVersion expected, Batch batch);

    /**
     * Reads at most {@code byteCount} bytes of the committed state from {@code offset} on; fewer only at the end of the
     * file, none past it. Everything returned was checked.
     *
     * @throws CorruptDataException if bytes on disk do not match their checksum
     * @throws AmnesiacException if the record is damaged
     * @throws DivergedException if the file has stopped (I18)
     */
    ReadResult read(FileName name, long offset, int byteCount) throws StoreException;

    /**
     * Returns names in order: those that start with {@code prefix} and come after {@code after} (both may be empty), at
     * most {@code limit} of them, tombstones included.
     *
     * @throws AmnesiacException if one of the records is damaged: a listing without it would not be complete
     * @throws CorruptDataException if records cannot be read, of whichever files
     */
    ListResult list(String prefix, String after, int limit) throws StoreException;

    VolumeUsage usage();

    /**
     * Begins to read and check everything, in the background, unless that is under way. It goes on after a restart. What
     * is damaged is listed in {@link #scrubStatus}; it stays where it is, and a copy of it is kept aside.
     */
    void startScrub() throws StoreException;

    /**
     * Has one file read and checked soon, in the background: what is damaged is listed, what is whole again leaves the
     * list. Of a file that has no record any more the next scrub decides that.
     */
    void recheck(FileName name) throws StoreException;

    /** Returns how far the scrub is, what the last one came to, and what is known to be damaged. */
    ScrubStatus scrubStatus();

    /** Finishes what was begun, fsyncs, marks the stop as clean and lets the volume go. */
    @Override
    void close() throws StoreException;
}
