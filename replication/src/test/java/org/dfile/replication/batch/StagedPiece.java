package org.dfile.replication.batch;

import org.dfile.model.Bytes;
import org.dfile.model.StagedBytes;

/** Bytes that were staged in memory. */
public record StagedPiece(Bytes bytes) implements StagedBytes {

    @Override
    public int byteCount() {
        return bytes.byteCount();
    }

    @Override
    public int crc32c() {
        return bytes.crc32c();
    }
}
