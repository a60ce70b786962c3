package org.dfile.manager.files;

import java.util.List;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.model.Slot;

/** Where a file belongs, computed from the host list. */
record PlacementView(String name, int slot, long listVersion, int replicas, List<HostView> hosts) {

    /**
     * A host that keeps the file.
     *
     * @param weight of the host for the slot, an unsigned number in hexadecimal digits; the highest come first
     */
    record HostView(String id, String address, String weight) {

        static HostView of(Slot slot, Host host) {
            return new HostView(
                    host.id().text(),
                    host.address().toString(),
                    String.format("%016x", Placement.weight(slot, host.id())));
        }
    }

    static PlacementView of(FileName name, HostList list) {
        Slot slot = name.slot();
        return new PlacementView(
                name.toString(),
                slot.number(),
                list.version(),
                list.replicas(),
                new Placement(list)
                        .replicasOf(slot).stream()
                                .map(host -> HostView.of(slot, host))
                                .toList());
    }
}
