package org.dfile.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.jspecify.annotations.Nullable;

/** A host of a small world: the machines of one slot and one file, wired as a real host wires them. */
final class SmallHost {

    final HostId id;
    final SortedSet<Character> wants = new TreeSet<>();
    final List<Object> out = new ArrayList<>();
    SmallDisk disk = new SmallDisk();
    SlotCore slot;
    FileCore file;
    private final ReplicaSet replicas;
    private long boots = 1;
    private long reads;
    private @Nullable StateKey key;

    SmallHost(HostId id, int majority) {
        this.id = id;
        replicas = new ReplicaSet(id, SmallWorld.HOSTS, majority);
        slot = new SlotCore(replicas);
        file = new FileCore(replicas, Committed.NONE, Optional.empty());
    }

    SmallHost copy() {
        SmallHost copy = new SmallHost(id, replicas.majority());
        copy.wants.addAll(wants);
        copy.out.addAll(out);
        copy.disk = disk.copy();
        copy.slot = slot.copy();
        copy.file = file.copy();
        copy.boots = boots;
        copy.reads = reads;
        return copy;
    }

    boolean mayLead() {
        return slot.leads().isEmpty();
    }

    void lead() {
        Ballot ballot = new Ballot(slot.nextRound(disk.view()), id, new Life(1, boots));
        file.resign();
        out.addAll(slot.lead(ballot, disk.view()));
    }

    void read() {
        out.addAll(file.read(++reads));
    }

    void on(HostId from, Object message) {
        if (message instanceof SlotMessage slotMessage) {
            out.addAll(slot.on(from, slotMessage, disk.view()));
        } else {
            out.addAll(file.on(from, (FileMessage) message, disk.view()));
        }
    }

    void fetched(StateId wanted, boolean state, SmallHost holder) {
        Committed there = holder.disk.committed();
        if (state) {
            out.addAll(
                    wanted.isAbove(there.id())
                            ? file.stateNotFetched(disk.view())
                            : file.stateArrived(there, disk.view()));
        } else {
            boolean isThere = there.id().equals(wanted)
                    || holder.disk
                            .pending()
                            .filter(pending -> pending.id().equals(wanted))
                            .isPresent();
            out.addAll(isThere ? file.batchArrived(wanted, disk.view()) : file.batchNotFetched(disk.view()));
        }
    }

    void sync() {
        SmallDisk.Entry entry = disk.sync();
        if (entry instanceof SmallDisk.PromiseEntry promise) {
            out.addAll(slot.promiseWritten(promise.ballot(), disk.view()));
        } else if (entry instanceof SmallDisk.FileEntry write) {
            out.addAll(file.written(write.result(), disk.view()));
        }
    }

    /** Does what concerns this host alone. */
    void perform(Object effect) {
        if (effect instanceof SlotEffect.PersistPromise promise) {
            disk.promise(promise.ballot());
        } else if (effect instanceof SlotEffect.Leads leads) {
            out.addAll(file.lead(leads.ballot(), disk.view()));
        } else if (effect instanceof SlotEffect.Deposed) {
            file.resign();
        } else if (effect instanceof SlotEffect.Confirmed confirmed) {
            confirmed.reads().forEach(read -> out.addAll(file.confirmed(confirmed.ballot(), read.number())));
        } else if (effect instanceof Effect.Persist persist) {
            disk.write(persist.write());
        } else if (effect instanceof Effect.Ready ready) {
            propose(ready.base().id());
        } else if (effect instanceof Effect.Confirm confirm) {
            SlotEffect.Read read = new SlotEffect.Read(SmallWorld.NAME, confirm.read());
            out.addAll(slot.confirm(confirm.ballot(), read, disk.view()));
        } else if (effect instanceof Effect.Deposed deposed) {
            out.addAll(slot.heardOf(deposed.by()));
        } else if (effect instanceof Effect.PrepareAgain again) {
            out.addAll(slot.prepareAgain(again.replica(), again.ballot()));
        } else {
            throw new AssertionError("an effect that is not performed: " + effect);
        }
    }

    /** Proposes what is wanted and is not in the state yet (I8). */
    private void propose(StateId base) {
        String done = SmallHistory.operations(base);
        wants.stream()
                .filter(operation -> done.indexOf(operation) < 0)
                .findFirst()
                .ifPresent(
                        operation -> out.addAll(file.propose(base, SmallHistory.after(base, operation), disk.view())));
    }

    void crash() {
        disk.crash();
        boots++;
        wants.clear();
        slot = new SlotCore(replicas);
        file = new FileCore(replicas, disk.committed(), disk.pending());
    }

    /** Returns what tells this state of the host from others; asked for only once it has settled. */
    StateKey key() {
        if (key == null) {
            key = StateKey.of(this::describe);
        }
        return key;
    }

    private void describe(Consumer<@Nullable Object> sink) {
        sink.accept(wants);
        sink.accept(boots);
        sink.accept(reads);
        disk.describe(sink);
        slot.describe(sink);
        file.describe(sink);
    }
}
