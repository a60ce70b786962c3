package org.dfile.protocol.peer;

import java.util.UUID;
import org.dfile.model.Bytes;
import org.dfile.model.replica.Committed;
import org.dfile.protocol.BulkMessage;
import org.dfile.protocol.ControlMessage;

/** What comes back for a transfer. */
public sealed interface TransferReply {

    UUID transfer();

    /**
     * It is held, to be read by ranges.
     *
     * @param committed the state that is held; for a batch the state that it makes, with the ballot under which it was
     *     accepted there
     * @param headBytes length of the encoded state ({@code StateCodec}) or batch ({@code BatchCodec}), read as part {@link
     *     FilePeerMessage.ReadTransfer#HEAD}
     */
    record Opened(UUID transfer, Committed committed, int headBytes) implements TransferReply, ControlMessage {
        public Opened {
            PageSize.atMost(Encoding.MAX_BYTES, "bytes of a head", headBytes);
        }
    }

    /** Bytes of it. Fewer than asked for only at the end of the part. */
    record Range(UUID transfer, int part, long offset, Bytes bytes) implements TransferReply, BulkMessage {
        public Range {
            if (part < FilePeerMessage.ReadTransfer.HEAD || offset < 0) {
                throw new IllegalArgumentException("part " + part + " at " + offset);
            }
        }
    }

    /** It is not to be had, or not any more; ask anew, or somebody else. */
    record NotHeld(UUID transfer, String why) implements TransferReply, ControlMessage {}
}
