package org.dfile.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.StateId;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;

/** Turns a batch into a {@link Change}: reads what it needs of the state before, checks, writes nothing that counts. */
final class Preparer {

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final Stager stager;
    private final SpaceGuard space;
    private final AtomicLong nextId;
    private final UnderWay underWay;

    Preparer(
            Database database,
            Records records,
            DataFiles dataFiles,
            Stager stager,
            SpaceGuard space,
            AtomicLong nextId,
            UnderWay underWay) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.stager = stager;
        this.space = space;
        this.nextId = nextId;
        this.underWay = underWay;
    }

    /**
     * Nobody else changes the file from here until the change has ended, see {@link Change#onEnd}. After a failure
     * nothing was changed.
     */
    Change<FileState> prepare(FileName name, FileVersion expected, Batch batch) throws StoreException {
        if (!underWay.begin(name)) {
            throw new ConflictException("another batch of " + name + " is under way");
        }
        boolean prepared = false;
        try (Database.View view = database.latest()) {
            Change<FileState> change = prepare(view, name, expected, batch);
            prepared = true;
            return change.ending(change.result(), () -> underWay.end(name));
        } finally {
            if (!prepared) {
                underWay.end(name);
            }
        }
    }

    private Change<FileState> prepare(Database.View view, FileName name, FileVersion expected, Batch batch)
            throws StoreException {
        FileRecord before = records.file(view, name);
        FileVersion actual = before == null ? FileVersion.NONE : before.version();
        if (!actual.equals(expected)) {
            throw new ConflictException(name + " is in state " + actual + ", not " + expected);
        }
        checkVersion(actual, batch);
        Ballot ballot = before == null ? null : before.ballot();
        return run(new Preparation(name, view, before, before, batch, ballot, false));
    }

    /**
     * Prepares to make the pending batch of a file, whose bytes are on disk, its committed state; the caller has begun to
     * change the file and ends that.
     *
     * @param before the record, on whose state the batch may follow
     * @param ballot in which it is known to be chosen
     */
    Change<FileState> promotion(
            Database.View view, FileName name, @Nullable FileRecord before, PendingBatch pending, Ballot ballot)
            throws StoreException {
        boolean afresh =
                pending.before().equals(StateId.NONE); // perhaps over a tombstone that others have purged (I15)
        checkVersion(pending.before().version(), pending.batch());
        return run(new Preparation(name, view, before, afresh ? null : before, pending.batch(), ballot, true));
    }

    private Change<FileState> run(Preparation preparation) throws StoreException {
        underWay.lockExtents(preparation.id); // before they are read
        try {
            return preparation.run();
        } catch (StoreException | RuntimeException e) {
            underWay.unlockExtents(preparation.id);
            preparation.undo();
            throw e;
        }
    }

    /** Fails if a batch cannot follow a state. */
    static void checkVersion(FileVersion before, Batch batch) {
        boolean creates = batch.operations().stream().anyMatch(Operation.Create.class::isInstance);
        boolean nextSeq = batch.version().seq() == before.seq() + 1;
        int generation = Long.compare(batch.version().generation(), before.generation());
        if (!nextSeq || generation != (creates || before.equals(FileVersion.NONE) ? 1 : 0)) {
            throw new IllegalArgumentException("batch " + batch.version() + " does not follow " + before
                    + (creates ? " with a creation" : " without a creation"));
        }
    }

    /** Gives back what a change holds, after it was not applied. */
    void undo(Change<?> change) throws PoisonedException {
        change.onEnd().run();
        undo(change.staged(), change.folded(), change.spaceBytes());
    }

    void undo(List<Staged> claimed, List<DataFiles.Written> folded, long spaceBytes) throws PoisonedException {
        for (Staged staged : claimed) {
            stager.unclaim(staged);
        }
        for (DataFiles.Written written : folded) {
            dataFiles.unpin(written.run().file());
        }
        space.settle(spaceBytes);
    }

    /** One batch on its way to a change. */
    private final class Preparation {

        private final FileName name;
        private final Database.View view;
        private final @Nullable FileRecord replaced;
        private final @Nullable FileRecord before;
        private final Batch batch;
        private final @Nullable Ballot ballot;
        private final boolean promotes;
        private final long id;
        private final List<Mutation> mutations = new ArrayList<>();
        private final List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
        private final List<Staged> claimed = new ArrayList<>();
        private List<DataFiles.Written> folded = List.of();
        private long spaceBytes;
        private boolean exists;
        private long length;

        /**
         * @param replaced the record that is there
         * @param before the one that the batch is built on: that, or none over a tombstone
         */
        Preparation(
                FileName name,
                Database.View view,
                @Nullable FileRecord replaced,
                @Nullable FileRecord before,
                Batch batch,
                @Nullable Ballot ballot,
                boolean promotes) {
            this.name = name;
            this.view = view;
            this.replaced = replaced;
            this.before = before;
            this.batch = batch;
            this.ballot = ballot;
            this.promotes = promotes;
            this.id = replaced == null ? nextId.getAndIncrement() : replaced.id();
            this.exists = before != null && before.exists();
            this.length = before == null ? 0 : before.length();
        }

        Change<FileState> run() throws StoreException {
            claim();
            takeSpace();
            LiveBytes live = changeExtents();
            FileRecord after = after();
            List<Session> sessions = changeSessions();
            return new Change<>(
                    mutations,
                    List.of(),
                    syncPoints,
                    live,
                    FileChange.of(name, replaced == null ? null : replaced.footprint(name), after),
                    claimed,
                    folded,
                    spaceBytes,
                    false,
                    () -> underWay.unlockExtents(id),
                    after.state(sessions),
                    new CompletableFuture<>());
        }

        void undo() throws PoisonedException {
            Preparer.this.undo(claimed, folded, spaceBytes);
        }

        private void claim() {
            for (Operation operation : batch.operations()) {
                if (operation instanceof Operation.WriteStaged write) {
                    write.pieces().forEach(this::claim);
                }
            }
        }

        private void claim(StagedBytes piece) {
            if (piece instanceof StoredBytes && promotes) {
                return; // lives by the record of the pending batch
            }
            if (!(piece instanceof Staged staged) || !staged.madeBy(stager) || !staged.claim()) {
                throw new IllegalArgumentException("staged bytes for " + name + " that are not live in this store");
            }
            claimed.add(staged);
        }

        private void takeSpace() throws StoreException {
            long needed = SpaceNeed.of(batch.operations());
            if (needed > 0 && !promotes) { // it was taken when the batch was accepted
                space.take(needed);
                spaceBytes = needed;
            }
        }

        private LiveBytes changeExtents() throws StoreException {
            boolean stored = before != null
                    && before.exists()
                    && before.length() > 0
                    && !batch.operations().isEmpty();
            try (ExtentTable table = stored ? new ExtentTable(view, id) : null) {
                ExtentEdit edit = new ExtentEdit(id, table, before == null ? 0 : before.length(), dataFiles);
                folded = edit.folded();
                for (Operation operation : batch.operations()) {
                    apply(operation, edit);
                }
                edit.settle();
                folded.forEach(written -> syncPoints.add(written.syncPoint()));
                return edit.finish(mutations);
            }
        }

        private void apply(Operation operation, ExtentEdit edit) throws StoreException {
            if (exists == (operation instanceof Operation.Create)) {
                throw new IllegalArgumentException(
                        operation + " of " + name + ", which does " + (exists ? "" : "not ") + "exist");
            }
            if (operation instanceof Operation.Create) {
                exists = true;
                length = 0;
            } else if (operation instanceof Operation.WriteInline write) {
                write(edit, write.offset(), Stager.copy(write.bytes()));
            } else if (operation instanceof Operation.WriteStaged write) {
                write(edit, write);
            } else if (operation instanceof Operation.Truncate truncate) {
                edit.truncate(truncate.length());
                length = truncate.length();
            } else if (operation instanceof Operation.Delete) {
                edit.truncate(0);
                exists = false;
                length = 0;
            } else {
                throw new AssertionError("unhandled operation " + operation);
            }
        }

        private void write(ExtentEdit edit, long offset, byte[] bytes) throws StoreException {
            if (bytes.length > 0) {
                edit.putPiece(offset, bytes);
                length = Math.max(length, offset + bytes.length);
            }
        }

        private void write(ExtentEdit edit, Operation.WriteStaged write) throws StoreException {
            long offset = write.offset();
            for (StagedBytes piece : write.pieces()) {
                if (piece instanceof Staged staged && staged.written() != null) {
                    syncPoints.add(staged.written().syncPoint());
                }
                StoredBytes bytes = piece instanceof Staged staged ? StoredBytes.of(staged) : (StoredBytes) piece;
                if (bytes.run() != null) {
                    edit.putData(offset, bytes.run());
                    length = Math.max(length, offset + piece.byteCount());
                } else {
                    write(edit, offset, Objects.requireNonNull(bytes.memory()));
                }
                offset += piece.byteCount();
            }
        }

        private FileRecord after() {
            boolean creates = batch.operations().stream().anyMatch(Operation.Create.class::isInstance);
            boolean changes = before == null || !batch.operations().isEmpty();
            return new FileRecord(
                    id,
                    batch.version(),
                    batch.hash(),
                    exists,
                    length,
                    before == null || creates ? batch.time() : before.created(),
                    before == null || changes ? batch.time() : before.modified(),
                    batch.watermark(),
                    ballot,
                    0); // the committer numbers it
        }

        private List<Session> changeSessions() throws AmnesiacException {
            Map<SessionId, Session> sessions = new LinkedHashMap<>();
            if (before != null) {
                records.state(view, name, before).sessions().forEach(session -> sessions.put(session.id(), session));
            } else if (replaced != null) {
                mutations.add(new Mutation.DeleteRange(Family.SESSIONS, Keys.sessions(id), Keys.sessions(id + 1)));
            }
            for (SessionId evicted : batch.evicted()) {
                sessions.remove(evicted);
                mutations.add(new Mutation.Delete(Family.SESSIONS, Keys.session(id, evicted)));
            }
            for (Session session : batch.sessions()) {
                sessions.put(session.id(), session);
                mutations.add(new Mutation.Put(
                        Family.SESSIONS, Keys.session(id, session.id()), SessionCodec.encode(session)));
            }
            return sessions.values().stream()
                    .sorted(Comparator.comparingLong(Session::usedSeq))
                    .toList();
        }
    }
}
