package org.dfile.actors;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodeRequest;

/**
 * An address of the file server for requests that another node passes on, at {@link
 * org.dfile.protocol.NodePaths#FORWARDED} and {@code FORWARDED_BULK}. What comes here is known not to come from its client.
 */
public final class ForwardedAlias {

    private ForwardedAlias() {}

    public static Behavior<FileRequest> create(ActorRef<NodeRequest> files) {
        return Behaviors.receiveMessage(request -> {
            files.tell(new FileServerMessage.Forwarded(request));
            return Behaviors.same();
        });
    }
}
