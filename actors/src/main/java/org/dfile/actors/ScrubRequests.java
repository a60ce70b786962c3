package org.dfile.actors;

import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.FileStore;

/** Starts scrubs on the disk threads; what came of it reaches the file server as a message. */
final class ScrubRequests {

    /** To the server: it is under way. */
    record Started(ActorRef<AdminReply> replyTo) implements FileServerMessage {}

    /** To the server: it did not start. */
    record NotStarted(ActorRef<AdminReply> replyTo, Throwable error) implements FileServerMessage {}

    private ScrubRequests() {}

    static void start(ActorContext<NodeRequest> context, FileStore store, Executor io, ActorRef<AdminReply> replyTo) {
        context.pipeToSelf(
                Blocking.run(io, () -> {
                    store.startScrub();
                    return Boolean.TRUE;
                }),
                (done, error) ->
                        error == null ? new Started(replyTo) : new NotStarted(replyTo, StoreFailures.cause(error)));
    }
}
