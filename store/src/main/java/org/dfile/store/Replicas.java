package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Slot;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksIterator;

/** What a replica does with slots and with whole states of files: promises, floors, state transfer, comparing. */
final class Replicas {

    private final Database database;
    private final Records records;
    private final StatePreparer states;
    private final Committer committer;
    private final Slots slots;
    private final ChangeLine line;

    Replicas(
            Database database,
            Records records,
            StatePreparer states,
            Committer committer,
            Slots slots,
            ChangeLine line) {
        this.database = database;
        this.records = records;
        this.states = states;
        this.committer = committer;
        this.slots = slots;
        this.line = line;
    }

    // -- slots

    CompletionStage<List<SlotState>> promise(Collection<Slot> promised, Ballot ballot) throws StoreException {
        List<Mutation> mutations = new ArrayList<>();
        synchronized (slots) {
            promised.forEach(slot -> slots.promise(slot, ballot, mutations));
            List<SlotState> states = promised.stream().map(slots::state).toList();
            // Also if nothing changes: what it relies on may still be on its way to the disk.
            return line.submit(Change.ofRecords(mutations, states));
        }
    }

    CompletionStage<SlotState> raiseFloor(Slot slot, long generation) throws StoreException {
        List<Mutation> mutations = new ArrayList<>();
        synchronized (slots) {
            slots.raiseFloor(slot, generation, mutations);
            return line.submit(Change.ofRecords(mutations, slots.state(slot)));
        }
    }

    // -- take-over

    CompletionStage<Standing> standing(FileName name) throws StoreException {
        return line.changing(name, (view, lease) -> {
            // Nothing of this file is on its way to the disk now; a promise of its slot may be.
            FileRecord committed = records.file(view, name);
            Optional<PendingBatch> pending = Optional.ofNullable(records.pending(view, name));
            synchronized (slots) {
                Standing standing = new Standing(
                        slots.state(name.slot()), ChangeLine.version(committed), ChangeLine.hash(committed), pending);
                return committer.settled()
                        ? ChangeLine.now(standing)
                        : line.submit(Change.ofRecords(List.of(), standing)); // done after all that was put in order
            }
        });
    }

    // -- whole states

    CompletionStage<InstallResult> install(FileName name, FileState state, List<Incoming.Range> ranges)
            throws StoreException {
        return line.changing(name, (view, lease) -> {
            FileRecord committed = records.file(view, name);
            if (ChangeLine.version(committed).equals(state.version())
                    && !ChangeLine.hash(committed).equals(state.hash())) {
                return ChangeLine.now(
                        new InstallResult.Diverged(ChangeLine.version(committed), ChangeLine.hash(committed))); // I18
            }
            if (ChangeLine.version(committed).compareTo(state.version()) >= 0) {
                return ChangeLine.now(new InstallResult.NotAbove(ChangeLine.version(committed))); // I19
            }
            Change<FileState> change =
                    states.prepare(view, name, committed, state, ranges, records.pending(view, name));
            Function<FileState, InstallResult> installed = InstallResult.Installed::new;
            return line.submit(change, lease).thenApply(installed);
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
            FileChange file = new FileChange(name, committed, null);
            synchronized (slots) {
                slots.raiseFloor(name.slot(), tombstone.generation(), mutations); // I15, in the same commit
                return line.submit(line.change(name, mutations, new LiveBytes(), file, true), lease);
            }
        });
    }

    // -- comparing

    ChangedNames changedSince(long after, int limit) throws StoreException {
        if (after < 0 || limit < 1) {
            throw new IllegalArgumentException("after " + after + ", limit " + limit);
        }
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
