package org.dfile.protocol;

import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.ListId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;

/**
 * What a client asks about one file, of a host that keeps it. The id is the client's own and comes back with the reply;
 * the reply address is the client's one reply actor. An attempt to send a request again carries a new id.
 */
public sealed interface FileRequest extends WireMessage, NodeRequest {

    long id();

    /** The host list by which the client chose the host. */
    ListId list();

    FileName name();

    ActorRef<FileReply> replyTo();

    /** Asks for a file's status. Answered by {@link FileReply.Status} or {@link FileReply.Failed}. */
    record Stat(long id, ListId list, FileName name, ActorRef<FileReply> replyTo)
            implements FileRequest, ControlMessage {}

    /**
     * Reads at most {@code byteCount} bytes; fewer only at the end of the file. Answered by {@link FileReply.Contents}
     * or {@link FileReply.Failed}.
     *
     * @param generation reads only this generation of the name, or any if 0
     */
    record Read(
            long id,
            ListId list,
            FileName name,
            long generation,
            long offset,
            int byteCount,
            ActorRef<FileReply> replyTo)
            implements FileRequest, ControlMessage {
        public Read {
            Checks.range(generation, offset, byteCount);
        }
    }

    /** Asks for one change. Answered by {@link FileReply.Changed} or {@link FileReply.Failed}. */
    record Apply(long id, ListId list, FileName name, Stamp stamp, Change change, ActorRef<FileReply> replyTo)
            implements FileRequest, BulkMessage {}

    /**
     * Sends bytes ahead for a {@link Change.Publish}. Chunks of one stage may arrive in any order and more than once;
     * all but the last have the same length. Answered by {@link FileReply.Staged} or {@link FileReply.Failed}.
     *
     * @param offset where in the future file the bytes stand
     */
    record Stage(
            long id, ListId list, FileName name, StageId stage, long offset, Bytes bytes, ActorRef<FileReply> replyTo)
            implements FileRequest, BulkMessage {
        public Stage {
            Checks.range(0, offset, bytes.byteCount());
        }
    }
}
