package org.dfile.actors;

import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.FileName;
import org.dfile.protocol.NodeRequest;

/** What the file server hears from inside its process. */
public interface FileServerMessage extends NodeRequest {

    /** Stops the node in order, as {@code Kill} does, but without a token: SIGTERM. */
    record Stop(ActorRef<Stopped> replyTo) implements FileServerMessage {}

    /**
     * The volume is closed.
     *
     * @param failure empty if it was closed cleanly
     */
    record Stopped(String failure) {}

    /** From a file: nothing happened for a while, hold what comes and let me go. */
    record Passivate(FileName name) implements FileServerMessage {}

    /** From a file, in answer to {@link FileMessage.Passivated}: there is something to do after all. */
    record StayOpen(FileName name) implements FileServerMessage {}

    /** From a file: something went wrong that an operator should know of. */
    record Trouble(String detail) implements FileServerMessage {}

    /** From a file: the volume is poisoned. */
    record VolumePoisoned(String detail) implements FileServerMessage {}
}
