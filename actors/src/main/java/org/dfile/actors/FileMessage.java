package org.dfile.actors;

/** What the actor of an open file takes. */
interface FileMessage {

    /** From the server: leave if nothing is under way, else answer {@link FileServerMessage.StayOpen}. */
    enum Passivated implements FileMessage {
        INSTANCE
    }

    /** From the server, when the node stops: finish what runs, then leave. */
    enum Finish implements FileMessage {
        INSTANCE
    }
}
