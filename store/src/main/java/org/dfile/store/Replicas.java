package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** What a replica does with slots and with whole states of files: promises, floors, state transfer, comparing. */
final class Replicas {

    private final Database database;
    private final Records records;
    private final StatePreparer states;
    private final Slots slots;
    private final ChangeLine line;

    Replicas(Database database, Records records, StatePreparer states, Slots slots, ChangeLine line) {
        this.database = database;
        this.records = records;
        this.states = states;
        this.slots = slots;
        this.line = line;
    }

    // -- slots

    CompletionStage<List<SlotState>> promise(Collection<Slot> promised, Ballot ballot) throws StoreException {
        List<Slots.Step> steps = new ArrayList<>();
        synchronized (slots) {
            promised.forEach(slot -> slots.promise(slot, ballot, steps));
            List<SlotState> states = promised.stream().map(slots::settled).toList();
            // Also if nothing changes: what it relies on may still be on its way to the disk.
            return steps.isEmpty() ? line.settled(states) : line.submit(Change.ofSteps(steps, states));
        }
    }

    CompletionStage<SlotState> complete(Slot slot, Ballot promise, long floor) throws StoreException {
        List<Slots.Step> steps = new ArrayList<>();
        synchronized (slots) {
            slots.complete(slot, promise, floor, steps);
            return line.submit(Change.ofSteps(steps, slots.settled(slot)));
        }
    }

    CompletionStage<SlotState> lose(Slot slot) throws StoreException {
        List<Slots.Step> steps = new ArrayList<>();
        synchronized (slots) {
            slots.lose(slot, steps);
            return line.submit(Change.ofSteps(steps, slots.settled(slot)));
        }
    }

    // -- take-over

    CompletionStage<Standing> standing(FileName name) throws StoreException {
        return line.changing(name, (view, lease) -> {
            // Nothing of this file is on its way to the disk now; a promise of its slot may be.
            FileRecord record = records.file(view, name);
            Optional<FileState> state =
                    record == null ? Optional.empty() : Optional.of(records.state(view, name, record));
            Optional<PendingBatch> pending = Optional.ofNullable(records.pending(view, name));
            synchronized (slots) {
                SlotState slot = slots.settled(name.slot());
                return line.settled(new Standing(slot, state, ChangeLine.committed(record), pending));
            }
        });
    }

    // -- whole states

    CompletionStage<InstallResult> install(
            FileName name, FileState state, Ballot known, List<Incoming.Range> ranges, boolean dropPending)
            throws StoreException {
        return line.changing(name, (view, lease) -> {
            Own own = own(view, name);
            StateId id = new StateId(state.version(), state.hash());
            if (!own.damaged() && own.committed().id().contradicts(id)) {
                return ChangeLine.now(new InstallResult.Diverged(own.committed().id())); // I18
            }
            if (!own.damaged() && !id.isAbove(own.committed().id())) {
                return ChangeLine.now(new InstallResult.NotAbove(own.committed(), own.pendingId())); // I19
            }
            boolean drops = dropPending || own.damaged();
            Change<FileState> change = states.prepare(
                    view,
                    new StatePreparer.Replacement(
                            name, state, known, ranges, own.before(), drops ? own.pending() : null, own.damaged()));
            Committed committed = new Committed(id, !state.exists(), Optional.of(known));
            Optional<Pending> left = drops ? Optional.empty() : own.pendingId();
            return line.submit(change, new InstallResult.Installed(state, committed, left), lease);
        });
    }

    CompletionStage<Boolean> repair(FileName name, FileState state, List<Incoming.Range> ranges) throws StoreException {
        return line.changing(name, (view, lease) -> {
            FileRecord own = records.file(view, name);
            StateId id = new StateId(state.version(), state.hash());
            if (own == null || !own.committed().id().equals(id)) {
                return ChangeLine.now(false);
            }
            FileState same = records.state(view, name, own);
            Change<FileState> change = states.prepare(
                    view,
                    new StatePreparer.Replacement(name, same, own.ballot(), ranges, own.footprint(name), null, false));
            return line.submit(change, true, lease);
        });
    }

    /** What is here of a file; if something beside its bytes is damaged, only what it counts for. */
    private record Own(
            Committed committed,
            @Nullable Footprint before,
            @Nullable PendingBatch pending,
            boolean damaged) {
        Optional<Pending> pendingId() {
            return Optional.ofNullable(pending).map(PendingBatch::pending);
        }
    }

    private Own own(Database.View view, FileName name) throws AmnesiacException {
        try {
            FileRecord record = records.file(view, name);
            PendingBatch pending = records.pending(view, name);
            if (record == null) {
                Footprint left = records.footprint(view, name); // of a record that is missing
                return new Own(Committed.NONE, left, pending, left != null);
            }
            records.state(view, name, record); // with its sessions
            return new Own(record.committed(), record.footprint(name), pending, false);
        } catch (AmnesiacException e) {
            return new Own(Committed.NONE, records.footprint(view, name), pendingIfReadable(view, name), true);
        }
    }

    private @Nullable PendingBatch pendingIfReadable(Database.View view, FileName name) {
        try {
            return records.pending(view, name);
        } catch (AmnesiacException e) {
            return null;
        }
    }

    CompletionStage<Boolean> forget(FileName name) throws StoreException {
        return line.changing(name, (view, lease) -> {
            Own own = own(view, name);
            boolean votes;
            synchronized (slots) {
                votes = slots.settled(name.slot()).complete();
            }
            return own.damaged() && !votes // I9
                    ? line.submit(states.removal(view, name, own.before(), own.pending()), true, lease)
                    : ChangeLine.now(false);
        });
    }

    CompletionStage<Boolean> purge(FileName name, FileVersion tombstone) throws StoreException {
        return line.changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (committed == null
                    || committed.exists()
                    || !committed.version().equals(tombstone)
                    || records.pending(view, name) != null) {
                return ChangeLine.now(false);
            }
            List<Mutation> mutations = new ArrayList<>();
            byte[] sessions = Keys.sessions(committed.id());
            mutations.add(new Mutation.DeleteRange(Family.SESSIONS, sessions, Keys.sessions(committed.id() + 1)));
            FileChange file = FileChange.of(name, committed.footprint(name), null);
            List<Slots.Step> steps = new ArrayList<>();
            synchronized (slots) {
                slots.raiseFloor(name.slot(), tombstone.generation(), steps); // I15, in the same commit
                return line.submit(ChangeLine.change(mutations, steps, new LiveBytes(), file), true, lease);
            }
        });
    }

    // -- comparing

    ChangedNames changedSince(long after, int limit) throws StoreException {
        if (after < 0 || limit < 1) {
            throw new IllegalArgumentException("after " + after + ", limit " + limit);
        }
        line.awaitSynced(); // a number is never given to another change later
        List<ChangedNames.Entry> entries = new ArrayList<>();
        long upTo = after;
        try (Database.View view = database.snapshot();
                RocksIterator changes = view.iterator(Family.CHANGES)) {
            for (changes.seek(Keys.change(after + 1)); changes.isValid(); changes.next()) {
                if (entries.size() == limit) {
                    return new ChangedNames(entries, upTo, true);
                }
                upTo = ByteBuffer.wrap(changes.key()).getLong();
                entries.add(entry(view, upTo, FileName.ofUtf8(changes.value())));
            }
            Database.check(changes);
        }
        return new ChangedNames(entries, upTo, false);
    }

    private ChangedNames.Entry entry(Database.View view, long number, FileName name) throws StoreException {
        FileRecord record = records.file(view, name);
        if (record == null || record.change() != number) {
            throw new CorruptDataException("change " + number + " of " + name + " does not fit its record", 0);
        }
        return new ChangedNames.Entry(number, name, record.version(), record.hash(), record.exists());
    }
}
