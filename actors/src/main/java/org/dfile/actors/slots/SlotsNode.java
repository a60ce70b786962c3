package org.dfile.actors.slots;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.PeerLinks;
import org.dfile.actors.transfer.FetchEnvironment;
import org.dfile.actors.transfer.TransferSettings;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.store.LocalStore;

/**
 * What the slots of a host have to do with.
 *
 * @param placements of the host list that holds now; a newer one may name other volumes, never other hosts
 * @param life of this process, durable before it is made (I1)
 * @param transfers limits of what is fetched from other hosts
 * @param io threads for blocking work on the disk
 * @param otherList told when a host speaks another list than this one; it returns at once
 */
public record SlotsNode(
        HostId self,
        Life life,
        Supplier<Placement> placements,
        LocalStore store,
        PeerLinks links,
        TransferSettings transfers,
        Executor io,
        BiConsumer<ListId, HostId> otherList) {

    ListId list() {
        return placements.get().list().id();
    }

    FetchEnvironment fetching(MemoryLimit fetched) {
        return new FetchEnvironment(transfers, fetched, self, list(), links, store, io);
    }

    List<HostId> others() {
        return placements.get().list().hosts().stream()
                .map(Host::id)
                .filter(host -> !host.equals(self))
                .toList();
    }
}
