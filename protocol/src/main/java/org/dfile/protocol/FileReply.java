package org.dfile.protocol;

import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Receipt;
import org.dfile.model.StageId;

/** What a client can get back for a {@link FileRequest}; {@code id} is that of the request. */
public sealed interface FileReply extends WireMessage {

    long id();

    record Status(long id, FileStatus status) implements FileReply, ControlMessage {}

    /**
     * Bytes of one committed state.
     *
     * @param length of the file in that state; the end is reached if offset plus bytes is not below it
     */
    record Contents(long id, FileVersion version, long length, long offset, Bytes bytes)
            implements FileReply, BulkMessage {}

    record Changed(long id, Receipt receipt) implements FileReply, ControlMessage {}

    /** The bytes have arrived, intact. They are safe only once their publishing is acknowledged. */
    record Staged(long id, StageId stage, long offset, int byteCount) implements FileReply, ControlMessage {}

    record Failed(long id, Failure failure) implements FileReply, ControlMessage {}
}
