package org.dfile.actors;

import org.dfile.actors.memory.MemoryLimit;
import org.dfile.protocol.peer.FilePeerMessage;

/** What the actor of an open file takes. */
interface OpenFileMessage {

    /** From the server: leave if nothing is under way, else answer {@link FileServerMessage.StayOpen}. */
    enum Passivated implements OpenFileMessage {
        INSTANCE
    }

    /** From the server, when the node stops: finish what runs, then leave. */
    enum Finish implements OpenFileMessage {
        INSTANCE
    }

    /** From the server: another host leads the file's slot now, or this one, or nobody does. */
    enum RoleChanged implements OpenFileMessage {
        INSTANCE
    }

    /** From the server: what is on disk was changed by others. Leave when told to, and answer nothing from now on. */
    enum Reopen implements OpenFileMessage {
        INSTANCE
    }

    /**
     * From the server: bytes of the file are damaged here, and are to be had from another replica. Answered by {@link
     * FileServerMessage.RepairEnded}, or by the end of the actor.
     */
    enum Repair implements OpenFileMessage {
        INSTANCE
    }

    /** From the file's actor on another host. Whoever takes it says when it is {@link #done}. */
    record FromPeer(FilePeerMessage message, MemoryLimit.Account memory) implements OpenFileMessage {

        /** Its bytes are on the disk, or not wanted: no longer in memory. */
        void done() {
            memory.release(message.payloadBytes());
        }
    }
}
