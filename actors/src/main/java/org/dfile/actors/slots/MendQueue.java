package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.dfile.model.FileName;
import org.dfile.model.Slot;

/**
 * Files that wait to be brought together, those with the fewest copies first; a bounded number of them is under way at a
 * time. Who is not heard of again counts as done after a while: the next comparison will tell. Of one thread.
 */
final class MendQueue {

    private record Waiting(int holders, FileName name) {}

    private final int maxUnderWay;
    private final long timeoutMillis;
    private final int maxWaiting;
    private final TreeSet<Waiting> waiting =
            new TreeSet<>(Comparator.comparingInt(Waiting::holders).thenComparing(Waiting::name));
    private final Set<FileName> names = new HashSet<>();
    private final Map<FileName, Long> underWay = new HashMap<>();
    private final Map<Slot, Integer> bySlot = new HashMap<>();
    private long mended;

    MendQueue(SlotsSettings.Repair settings) {
        this.maxUnderWay = settings.maxMends();
        this.timeoutMillis = settings.mendTimeout().toMillis();
        this.maxWaiting = settings.maxQueue();
    }

    /** Adds a file, unless it waits already or there is no room; then a later comparison will find it again. */
    void add(FileName name, int holders) {
        if (names.size() < maxWaiting && !underWay.containsKey(name) && names.add(name)) {
            waiting.add(new Waiting(holders, name));
            bySlot.merge(name.slot(), 1, Integer::sum);
        }
    }

    /** Returns those that may begin now. */
    List<FileName> next(long nowMillis) {
        underWay.entrySet().removeIf(entry -> entry.getValue() <= nowMillis && left(entry.getKey()));
        List<FileName> next = new ArrayList<>();
        while (underWay.size() < maxUnderWay && !waiting.isEmpty()) {
            FileName name =
                    Optional.ofNullable(waiting.pollFirst()).orElseThrow().name();
            names.remove(name);
            underWay.put(name, nowMillis + timeoutMillis);
            next.add(name);
        }
        return next;
    }

    void mended(FileName name) {
        if (underWay.remove(name) != null) {
            left(name);
            mended++;
        }
    }

    private boolean left(FileName name) {
        bySlot.computeIfPresent(name.slot(), (slot, count) -> count == 1 ? null : count - 1);
        return true;
    }

    /** Another host leads these slots: what waits is its affair. */
    void dropAllBut(Set<Slot> slots) {
        waiting.removeIf(one -> !slots.contains(one.name().slot()) && names.remove(one.name()) && left(one.name()));
    }

    /** Whether nothing of the slot waits or is under way. */
    boolean isDone(Slot slot) {
        return !bySlot.containsKey(slot);
    }

    boolean hasRoom() {
        return names.size() < maxWaiting;
    }

    int size() {
        return names.size() + underWay.size();
    }

    long mended() {
        return mended;
    }
}
