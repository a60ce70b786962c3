package org.dfile.manager.cluster;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.model.Slot;

/**
 * What may be lost if a host gets a new disk while others are given up. Pure.
 *
 * @param gone slots of the host of which no copy is left: all files of theirs are lost
 * @param doubtful slots of which only some copies are left: acknowledged changes that those missed are lost
 */
record LossEstimate(Set<Slot> gone, Set<Slot> doubtful) {

    LossEstimate {
        gone = Set.copyOf(gone);
        doubtful = Set.copyOf(doubtful);
    }

    static LossEstimate of(HostList list, HostId replaced, Set<HostId> givenUp) {
        Placement placement = new Placement(list);
        List<Slot> kept = IntStream.range(0, Slot.COUNT)
                .mapToObj(Slot::new)
                .filter(slot -> others(placement, slot, replaced).size() < list.replicas())
                .toList();
        return new LossEstimate(
                kept.stream()
                        .filter(slot -> givenUp.containsAll(others(placement, slot, replaced)))
                        .collect(Collectors.toSet()),
                kept.stream()
                        .filter(slot -> isDoubtful(others(placement, slot, replaced), givenUp))
                        .collect(Collectors.toSet()));
    }

    private static boolean isDoubtful(Set<HostId> others, Set<HostId> givenUp) {
        return others.stream().anyMatch(givenUp::contains) && !givenUp.containsAll(others);
    }

    private static Set<HostId> others(Placement placement, Slot slot, HostId replaced) {
        return placement.replicasOf(slot).stream()
                .map(Host::id)
                .filter(id -> !id.equals(replaced))
                .collect(Collectors.toSet());
    }

    boolean isNothing() {
        return gone.isEmpty() && doubtful.isEmpty();
    }

    boolean concerns(FileName name) {
        return gone.contains(name.slot()) || doubtful.contains(name.slot());
    }
}
