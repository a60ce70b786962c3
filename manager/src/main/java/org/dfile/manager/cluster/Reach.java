package org.dfile.manager.cluster;

import java.util.Set;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.model.Slot;

/**
 * What can be served while only some hosts are ready. Pure.
 *
 * @param unreachable slots without a majority of their hosts
 * @param thin slots that are served, by less than all of their hosts
 */
record Reach(int unreachable, int thin) {

    static Reach of(HostList list, Set<HostId> ready) {
        Placement placement = new Placement(list);
        int unreachable = 0;
        int thin = 0;
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            long there = placement.replicasOf(new Slot(slot)).stream()
                    .map(Host::id)
                    .filter(ready::contains)
                    .count();
            unreachable += there < list.majority() ? 1 : 0;
            thin += there >= list.majority() && there < list.replicas() ? 1 : 0;
        }
        return new Reach(unreachable, thin);
    }

    /** Of all files, in words. */
    String words() {
        if (unreachable == Slot.COUNT) {
            return "no file can be read or written";
        }
        return unreachable > 0
                ? percent(unreachable) + " of the files cannot be read or written"
                : "all files can be reached" + (thin > 0 ? ", " + percent(thin) + " of them with copies missing" : "");
    }

    private static String percent(int slots) {
        return Math.max(1, Math.round(100.0 * slots / Slot.COUNT)) + " %";
    }
}
