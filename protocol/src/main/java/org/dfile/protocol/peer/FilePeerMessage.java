package org.dfile.protocol.peer;

import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Limits;
import org.dfile.model.ListId;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.BulkMessage;
import org.dfile.protocol.ControlMessage;
import org.dfile.protocol.NodeRequest;

/** About one file; goes to {@link org.dfile.protocol.NodePaths#FILES}, with many bytes to {@code BULK}. */
public sealed interface FilePeerMessage extends PeerMessage, NodeRequest {

    FileName name();

    /** Returns how many bytes of a file or a batch it carries. */
    default int payloadBytes() {
        return 0;
    }

    /** A message of the file's replicas; an {@code Accept} goes as {@link AcceptMail}. */
    record FileMail(ListId list, HostId from, FileName name, FileMessage message)
            implements FilePeerMessage, ControlMessage {
        public FileMail {
            if (message instanceof FileMessage.Accept) {
                throw new IllegalArgumentException("without its batch: " + message);
            }
        }
    }

    /**
     * Asks to accept a batch.
     *
     * @param batch the encoded batch (see {@code BatchCodec}) with its inline bytes; empty if it is too long for one
     *     message: then it is fetched by {@link OpenTransfer}. Bytes of its staged pieces came ahead as {@link PieceMail},
     *     or are fetched too
     */
    record AcceptMail(ListId list, HostId from, FileName name, FileMessage.Accept accept, Bytes batch)
            implements FilePeerMessage, BulkMessage {

        @Override
        public int payloadBytes() {
            return batch.byteCount();
        }
    }

    /**
     * Bytes ahead of the batch that will name them. Answered by {@link PieceStaged}; what did not arrive is fetched with
     * the batch.
     */
    record PieceMail(ListId list, HostId from, FileName name, PieceId piece, Bytes bytes)
            implements FilePeerMessage, BulkMessage {

        @Override
        public int payloadBytes() {
            return bytes.byteCount();
        }
    }

    /** The bytes are written ahead. */
    record PieceStaged(ListId list, HostId from, FileName name, PieceId piece)
            implements FilePeerMessage, ControlMessage {}

    /** Asks for a state or a batch to be held, and read by ranges. Answered by {@link TransferReply}. */
    record OpenTransfer(
            ListId list,
            HostId from,
            FileName name,
            UUID transfer,
            Kind kind,
            StateId id,
            ActorRef<TransferReply> replyTo)
            implements FilePeerMessage, ControlMessage {

        /** What is asked for. */
        public enum Kind {
            /** The committed state {@code id}, or a later one. */
            STATE,
            /** The batch that makes state {@code id}, pending there. */
            BATCH
        }
    }

    /**
     * Reads bytes of an open transfer. Answered by {@link TransferReply.Range}.
     *
     * @param part {@link #HEAD} for the encoded state or batch; else of which the bytes are: 0 for the content of a
     *     state; the index of a write of the batch
     */
    record ReadTransfer(
            ListId list,
            HostId from,
            FileName name,
            UUID transfer,
            int part,
            long offset,
            int byteCount,
            ActorRef<TransferReply> replyTo)
            implements FilePeerMessage, ControlMessage {

        public static final int HEAD = -1;

        public ReadTransfer {
            if (part < HEAD
                    || offset < 0
                    || offset > Limits.MAX_FILE_BYTES
                    || byteCount < 1
                    || byteCount > Limits.MAX_CHUNK_BYTES) {
                throw new IllegalArgumentException(byteCount + " bytes of part " + part + " at " + offset);
            }
        }
    }

    /** The transfer is over. Lost, it ends by itself after a while. */
    record CloseTransfer(ListId list, HostId from, FileName name, UUID transfer)
            implements FilePeerMessage, ControlMessage {}

    /** Asks what the replica holds, for a consistent-quorum read (I7). Answered by {@link Report}. */
    record AskReport(ListId list, HostId from, FileName name, long read) implements FilePeerMessage, ControlMessage {}

    /**
     * What a replica holds now. An amnesiac one does not answer (I9).
     *
     * @param pending whether it holds a pending batch
     */
    record Report(ListId list, HostId from, FileName name, long read, StateId committed, boolean pending)
            implements FilePeerMessage, ControlMessage {}

    /** The replicas hold different states: whoever leads the slot is to bring them together. Not answered. */
    record Mend(ListId list, HostId from, FileName name) implements FilePeerMessage, ControlMessage {}
}
