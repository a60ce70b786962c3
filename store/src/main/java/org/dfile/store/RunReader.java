package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads whole runs from the disk and checks every block of them (I14), for compaction and scrub. */
final class RunReader {

    /** A block that is not what was written. */
    record Damage(int block, String reason) {}

    /** The bytes of a run, and the first block that is damaged, if one is. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(byte[] bytes, @Nullable Damage damage) {}

    private RunReader() {}

    static Result read(DataFiles files, DataFile file, Run run) {
        byte[] bytes = new byte[run.byteCount()];
        for (int block = 0; block < run.crcs().length; block++) {
            String reason = readBlock(files, file, run, block, bytes);
            if (reason != null) {
                return new Result(bytes, new Damage(block, reason));
            }
        }
        return new Result(bytes, null);
    }

    private static @Nullable String readBlock(DataFiles files, DataFile file, Run run, int block, byte[] bytes) {
        ByteBuffer target = ByteBuffer.wrap(bytes, block * Run.BLOCK_BYTES, run.blockBytes(block));
        try {
            if (!file.read(target.duplicate(), run.blockPosition(block))) {
                return "the data file ends before";
            }
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
        return files.intact(target, run.crcs()[block]) ? null : "does not match its checksum";
    }
}
