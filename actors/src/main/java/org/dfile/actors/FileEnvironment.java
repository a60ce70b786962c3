package org.dfile.actors;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.FetchEnvironment;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.Slot;
import org.dfile.replication.ReplicaSet;
import org.dfile.store.LocalStore;

/**
 * What all open files of a node share.
 *
 * @param io threads for blocking work on the disk
 * @param clock gives the time that a batch is decided at
 * @param roles which slots this host leads, as far as it knows
 * @param slots who leads slots, and confirms that it does
 * @param links to other hosts
 * @param ahead bounds what is sent to them ahead
 * @param transfers bounds of what is fetched from other hosts
 * @param fetched counts the bytes that are on their way from them
 */
record FileEnvironment(
        FileServerSettings settings,
        HostId self,
        Supplier<Placement> placement,
        LocalStore store,
        Executor io,
        InstantSource clock,
        ActorRef<FileServerMessage> server,
        SlotRoles roles,
        ActorRef<SlotsMessage> slots,
        PeerLinks links,
        AheadWindow ahead,
        TransferSettings transfers,
        MemoryLimit fetched) {

    ListId list() {
        return placement.get().list().id();
    }

    FetchEnvironment fetching() {
        return new FetchEnvironment(transfers, fetched, self, list(), links, store, io);
    }

    /** Whether nothing was heard of a host for so long that bytes for it would only pile up here. */
    boolean isSilent(HostId host) {
        return roles.report().silent().containsKey(host);
    }

    ReplicaSet replicas(Slot slot) {
        return new ReplicaSet(
                self, placement.get().replicasOf(slot).stream().map(Host::id).toList());
    }
}
