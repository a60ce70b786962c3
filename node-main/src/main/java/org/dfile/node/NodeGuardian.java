package org.dfile.node;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.AmnesiacServerActor;
import org.dfile.actors.BulkAlias;
import org.dfile.actors.EntranceMailbox;
import org.dfile.actors.FileServerActor;
import org.dfile.actors.ForwardedAlias;
import org.dfile.actors.Neighbours;
import org.dfile.actors.NodeInfo;
import org.dfile.actors.hosts.CurrentHostList;
import org.dfile.actors.hosts.NewerLists;
import org.dfile.actors.operator.DecidedLists;
import org.dfile.actors.operator.OperatorActor;
import org.dfile.actors.operator.OperatorLinks;
import org.dfile.actors.operator.ReplicaLookup;
import org.dfile.actors.peers.ArteryPeerLinks;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.slots.PublishedRoles;
import org.dfile.actors.slots.SlotsActor;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.slots.SlotsNode;
import org.dfile.model.Life;
import org.dfile.protocol.HostListFile;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.SlotRequest;
import org.dfile.store.LocalStore;

/** Starts a node's actors and watches file server and slots: without them there is no node. */
final class NodeGuardian {

    /** How long the way to another node is used before it is looked up anew. */
    private static final Duration RESOLVE_INTERVAL = Duration.ofSeconds(5);

    private NodeGuardian() {}

    /** @param started completed with the file server */
    static Behavior<Void> create(
            NodeSettings settings,
            NodeInfo info,
            Volume volume,
            Departure departure,
            CompletableFuture<ActorRef<NodeRequest>> started) {
        return Behaviors.setup(context -> {
            CurrentHostList list = new CurrentHostList(
                    info.self(), settings.list(), next -> HostListFile.write(settings.listFile(), next));
            Desk desk = new Desk(context, settings, list, departure);
            ActorRef<NodeRequest> files = volume.store()
                    .map(store -> startWithVolume(context, settings, info, list, store, departure, desk))
                    .orElseGet(() -> startAmnesiac(context, settings, info, list, departure, desk));
            context.watch(files);
            context.spawn(BulkAlias.create(files), NodePaths.BULK, EntranceMailbox.selector());
            started.complete(files);
            return Behaviors.receive(Void.class)
                    .onSignal(Terminated.class, gone -> {
                        context.getLog().error("the file server or the slots are gone, so the node leaves");
                        departure.filesCrashed();
                        return Behaviors.stopped();
                    })
                    .build();
        });
    }

    /** Starts what operators ask. */
    private record Desk(ActorContext<Void> context, NodeSettings settings, CurrentHostList list, Departure departure) {

        Executor io() {
            return context.getSystem().dispatchers().lookup(DispatcherSelector.fromConfig("dfile.io-dispatcher"));
        }

        void open(Optional<OperatorActor.Kept> kept) {
            context.spawn(
                    OperatorActor.create(
                            settings.operator(), list, settings.adminToken(), kept, io(), departure::volumeReplaced),
                    NodePaths.OPERATOR);
        }

        NewerLists newerLists() {
            OperatorLinks others = new OperatorLinks(context.getSystem(), list, settings.operator());
            return new NewerLists(list, others::hostListOf, io(), departure::volumeReplaced);
        }
    }

    private static ActorRef<NodeRequest> startWithVolume(
            ActorContext<Void> context,
            NodeSettings settings,
            NodeInfo info,
            CurrentHostList list,
            LocalStore store,
            Departure departure,
            Desk desk) {
        PeerLinks links = new ArteryPeerLinks(context.getSystem(), settings.list(), RESOLVE_INTERVAL);
        PublishedRoles roles = new PublishedRoles();
        Life life = new Life(settings.list().version(), store.bootCount());
        SlotsNode node = new SlotsNode(
                info.self(), life, list, store, links, settings.transfers(), desk.io(), desk.newerLists()::heardOf);
        ActorRef<SlotRequest> slots = context.spawn(SlotsActor.create(settings.slots(), node, roles), NodePaths.SLOTS);
        context.watch(slots);
        Neighbours neighbours = new Neighbours(roles, slots.narrow(), links, settings.transfers());
        ActorRef<NodeRequest> files = context.spawn(
                FileServerActor.create(
                        settings.server(), info, list, store, settings.adminToken(), departure, neighbours),
                NodePaths.FILES,
                EntranceMailbox.selector());
        context.spawn(ForwardedAlias.create(files.narrow()), NodePaths.FORWARDED, EntranceMailbox.selector());
        context.spawn(ForwardedAlias.create(files.narrow()), NodePaths.FORWARDED_BULK, EntranceMailbox.selector());
        ReplicaLookup lookup = new ReplicaLookup(list, store, roles);
        desk.open(Optional.of(new OperatorActor.Kept(lookup, new DecidedLists(store), slots.narrow())));
        slots.tell(new SlotsMessage.Begin(files));
        return files;
    }

    private static ActorRef<NodeRequest> startAmnesiac(
            ActorContext<Void> context,
            NodeSettings settings,
            NodeInfo info,
            CurrentHostList list,
            Departure departure,
            Desk desk) {
        desk.open(Optional.empty());
        return context.spawn(
                AmnesiacServerActor.create(info, list, settings.self().volume(), settings.adminToken(), departure),
                NodePaths.FILES,
                EntranceMailbox.selector());
    }
}
