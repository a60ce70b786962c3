package org.dfile.replication.batch;

import java.util.List;
import org.dfile.model.Change;
import org.dfile.model.Crc32cConcat;
import org.dfile.model.StagedBytes;
import org.dfile.model.Stamp;

/**
 * A change that waits to be judged.
 *
 * @param staged where its bytes are, in order, if they were staged; empty if the change carries them itself, or none
 */
public record Proposal(Stamp stamp, Change change, List<StagedBytes> staged) {

    public Proposal {
        staged = List.copyOf(staged);
    }

    /** Returns how many bytes the change puts into the file. */
    public long byteCount() {
        return change instanceof Change.Publish publish
                ? publish.length()
                : change.bytes().byteCount();
    }

    /** Returns how many bytes of the change would travel in the batch itself. */
    int inlineBytes() {
        return staged.isEmpty() ? change.bytes().byteCount() : 0;
    }

    int crc32c() {
        return change instanceof Change.Publish
                ? checksum(staged)
                : change.bytes().crc32c();
    }

    /** Returns the CRC32C of pieces put one after the other. */
    static int checksum(List<StagedBytes> pieces) {
        Crc32cConcat all = new Crc32cConcat();
        pieces.forEach(piece -> all.add(piece.crc32c(), piece.byteCount()));
        return all.crc32c();
    }
}
