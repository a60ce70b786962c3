package org.dfile.store;

import org.dfile.model.StagedBytes;
import org.jspecify.annotations.Nullable;

/** Bytes of a pending batch: on disk, in a data file or in the record of the batch. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record StoredBytes(@Nullable Run run, byte @Nullable [] memory, int byteCount, int crc32c) implements StagedBytes {

    static StoredBytes of(Staged staged) {
        DataFiles.Written written = staged.written();
        return new StoredBytes(
                written == null ? null : written.run(), staged.memory(), staged.byteCount(), staged.crc32c());
    }

    Extent at(long offset) {
        if (run != null) {
            return new Extent.Data(offset, run);
        }
        return new Extent.Fresh(offset, memory == null ? new byte[0] : memory);
    }
}
