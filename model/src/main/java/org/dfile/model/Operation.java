package org.dfile.model;

import java.util.List;

/** What a batch does to a file. Every choice (offset of an append, whether to create) was made by the coordinator. */
public sealed interface Operation {

    /** The name becomes a file of length 0, in a new generation. It is none, or a tombstone. */
    record Create() implements Operation {}

    /** Puts bytes that come along at an offset; small ones, at most {@link org.dfile.model.Limits#CHECKSUM_BLOCK_BYTES}. */
    record WriteInline(long offset, Bytes bytes) implements Operation {}

    /** Puts staged bytes, one after the other, at an offset. */
    record WriteStaged(long offset, List<StagedBytes> pieces) implements Operation {
        public WriteStaged {
            pieces = List.copyOf(pieces);
        }
    }

    /** Cuts the file to a length, or extends it with zeros. */
    record Truncate(long length) implements Operation {}

    /** The file becomes a tombstone. */
    record Delete() implements Operation {}
}
