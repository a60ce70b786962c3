package org.dfile.actors;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.protocol.NodeRequest;

/**
 * A second address of the file server, at {@link org.dfile.protocol.NodePaths#BULK}: what is sent to it travels on the
 * transport's connection for large messages and holds up nothing small.
 */
public final class BulkAlias {

    private BulkAlias() {}

    public static Behavior<NodeRequest> create(ActorRef<NodeRequest> files) {
        return Behaviors.receiveMessage(request -> {
            files.tell(request);
            return Behaviors.same();
        });
    }
}
