package org.dfile.store.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.model.replica.StateId;
import org.dfile.store.SlotState;
import org.jspecify.annotations.Nullable;

/** What a whole store should hold, tombstones included. Names are ASCII, so their order is that of their bytes. */
public final class Model {

    /** A batch that was accepted: what it makes of the file as it was then. */
    record Pending(Ballot ballot, StateId before, Plan plan, ModelFile after) {
        org.dfile.model.replica.Pending id() {
            return new org.dfile.model.replica.Pending(ballot, before, after.id());
        }
    }

    private final TreeMap<String, ModelFile> files = new TreeMap<>();
    private final TreeMap<String, Pending> pending = new TreeMap<>();
    private final TreeMap<Slot, SlotState> slots = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();

    private final boolean complete;

    public Model() {
        this(true);
    }

    /** @param complete whether slots are, of which nothing else was said */
    Model(boolean complete) {
        this.complete = complete;
    }

    /** The same again; the two may go different ways from here. */
    Model(Model other) {
        complete = other.complete;
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
        return slots.getOrDefault(slot, state(slot, Optional.empty(), 0, complete));
    }

    private static SlotState state(Slot slot, Optional<Ballot> promised, long floor, boolean complete) {
        return new SlotState(slot, promised, promised, floor, complete);
    }

    void complete(Slot slot, Ballot ballot, long floor) {
        promise(slot, ballot);
        raiseFloor(slot, floor);
        SlotState before = slot(slot);
        slots.put(slot, state(slot, before.promised(), before.floor(), true));
    }

    void promise(Slot slot, Ballot ballot) {
        SlotState before = slot(slot);
        boolean above = before.promised()
                .map(promised -> ballot.compareTo(promised) > 0)
                .orElse(true);
        if (above) {
            slots.put(slot, state(slot, Optional.of(ballot), before.floor(), before.complete()));
        }
    }

    void raiseFloor(Slot slot, long generation) {
        SlotState before = slot(slot);
        slots.put(slot, state(slot, before.promised(), Math.max(before.floor(), generation), before.complete()));
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

    /** Names as they are listed: those with a record, and those that a pending batch creates. */
    List<FileName> listed(String prefix, String after) {
        Stream<FileName> created = pending.tailMap(after, false).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix)
                        && !files.containsKey(entry.getKey())
                        && entry.getValue().after().version().generation() > 0)
                .map(entry -> FileName.of(entry.getKey()));
        return Stream.concat(names(prefix, after).stream(), created).sorted().toList();
    }

    List<FileName> pendingNames() {
        return pending.keySet().stream().map(FileName::of).toList();
    }

    Set<Slot> slotsInUse() {
        return Stream.of(files.keySet(), pending.keySet(), Set.of("never/used"))
                .flatMap(Set::stream)
                .map(name -> FileName.of(name).slot())
                .collect(Collectors.toSet());
    }

    /** Names of a slot that have a record or a pending batch, in order. */
    List<FileName> namesIn(Slot slot) {
        TreeSet<FileName> names = new TreeSet<>();
        Stream.of(files.keySet(), pending.keySet())
                .flatMap(Set::stream)
                .map(FileName::of)
                .filter(name -> name.slot().equals(slot))
                .forEach(names::add);
        return List.copyOf(names);
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
