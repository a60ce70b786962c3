package org.dfile.store.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.store.SlotState;
import org.jspecify.annotations.Nullable;

/** What a whole store should hold, tombstones included. Names are ASCII, so their order is that of their bytes. */
public final class Model {

    /** A batch that was accepted: what it makes of the file as it was then. */
    record Pending(Ballot ballot, Plan plan, ModelFile after) {}

    private final TreeMap<String, ModelFile> files = new TreeMap<>();
    private final TreeMap<String, Pending> pending = new TreeMap<>();
    private final TreeMap<Slot, SlotState> slots = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();

    public Model() {}

    /** The same again; the two may go different ways from here. */
    Model(Model other) {
        files.putAll(other.files);
        pending.putAll(other.pending);
        slots.putAll(other.slots);
        changes.addAll(other.changes);
    }

    public ModelFile file(FileName name) {
        return files.getOrDefault(name.toString(), ModelFile.NONE);
    }

    /** The next committed state of a name; {@link ModelFile#NONE} forgets it. */
    public void put(FileName name, ModelFile file) {
        changes.remove(name.toString());
        if (file == ModelFile.NONE) {
            files.remove(name.toString());
        } else {
            files.put(name.toString(), file);
            changes.add(name.toString());
        }
    }

    @Nullable
    Pending pending(FileName name) {
        return pending.get(name.toString());
    }

    void accept(FileName name, Pending batch) {
        pending.put(name.toString(), batch);
    }

    void dropPending(FileName name) {
        pending.remove(name.toString());
    }

    SlotState slot(Slot slot) {
        return slots.getOrDefault(slot, new SlotState(slot, Optional.empty(), 0));
    }

    void promise(Slot slot, Ballot ballot) {
        SlotState before = slot(slot);
        boolean above = before.promised()
                .map(promised -> ballot.compareTo(promised) > 0)
                .orElse(true);
        if (above) {
            slots.put(slot, new SlotState(slot, Optional.of(ballot), before.floor()));
        }
    }

    void raiseFloor(Slot slot, long generation) {
        SlotState before = slot(slot);
        slots.put(slot, new SlotState(slot, before.promised(), Math.max(before.floor(), generation)));
    }

    List<FileName> names() {
        return files.keySet().stream().map(FileName::of).toList();
    }

    List<FileName> names(String prefix, String after) {
        return files.tailMap(after, false).keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(FileName::of)
                .toList();
    }

    List<FileName> pendingNames() {
        return pending.keySet().stream().map(FileName::of).toList();
    }

    /** Names in the order of their last change. */
    List<String> changes() {
        return List.copyOf(changes);
    }

    long fileCount() {
        return files.values().stream().filter(ModelFile::exists).count();
    }

    long lengthSum() {
        return files.values().stream().mapToLong(ModelFile::length).sum();
    }

    /** The committed states of each slot that has any. */
    Map<Slot, Map<FileName, ModelFile>> bySlot() {
        Map<Slot, Map<FileName, ModelFile>> bySlot = new TreeMap<>();
        for (FileName name : names()) {
            bySlot.computeIfAbsent(name.slot(), any -> new HashMap<>()).put(name, file(name));
        }
        return bySlot;
    }
}
