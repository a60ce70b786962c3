package org.dfile.node;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.AmnesiacServerActor;
import org.dfile.actors.BulkAlias;
import org.dfile.actors.FileServerActor;
import org.dfile.actors.NodeInfo;
import org.dfile.model.Placement;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;

/** Starts a node's two actors and watches the file server: without it there is no node. */
final class NodeGuardian {

    private NodeGuardian() {}

    /** @param started completed with the file server */
    static Behavior<Void> create(
            NodeSettings settings,
            NodeInfo info,
            Volume volume,
            Departure departure,
            CompletableFuture<ActorRef<NodeRequest>> started) {
        return Behaviors.setup(context -> {
            ActorRef<NodeRequest> files = context.spawn(fileServer(settings, info, volume, departure), NodePaths.FILES);
            context.watch(files);
            context.spawn(BulkAlias.create(files), NodePaths.BULK);
            started.complete(files);
            return Behaviors.receive(Void.class)
                    .onSignal(Terminated.class, gone -> {
                        context.getLog().error("the file server is gone, so the node leaves");
                        departure.filesCrashed();
                        return Behaviors.stopped();
                    })
                    .build();
        });
    }

    private static Behavior<NodeRequest> fileServer(
            NodeSettings settings, NodeInfo info, Volume volume, Departure departure) {
        return volume.store()
                .map(store -> FileServerActor.create(
                        settings.server(),
                        info,
                        new Placement(settings.list()),
                        store,
                        settings.adminToken(),
                        departure))
                .orElseGet(() -> AmnesiacServerActor.create(
                        info, settings.list(), settings.self().volume(), settings.adminToken(), departure));
    }
}
