package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Session;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;

/** Turns a whole state that came from another replica into a {@link Change}. */
final class StatePreparer {

    private final DataFiles dataFiles;
    private final AtomicLong nextId;
    private final UnderWay underWay;
    private final Preparer preparer;

    StatePreparer(DataFiles dataFiles, AtomicLong nextId, UnderWay underWay, Preparer preparer) {
        this.dataFiles = dataFiles;
        this.nextId = nextId;
        this.underWay = underWay;
        this.preparer = preparer;
    }

    /**
     * Prepares a state from another replica, in place of whatever is there, for a file that the caller has begun to change;
     * if this fails, he ends that.
     */
    Change<FileState> prepare(
            Database.View view,
            FileName name,
            @Nullable FileRecord before,
            FileState state,
            List<Incoming.Range> ranges,
            @Nullable PendingBatch pending)
            throws StoreException {
        long id = before == null ? nextId.getAndIncrement() : before.id();
        List<Mutation> mutations = new ArrayList<>();
        List<Staged> claimed = new ArrayList<>();
        underWay.lockExtents(id);
        boolean prepared = false;
        List<DataFiles.Written> folded = List.of();
        try (ExtentTable table = before == null ? null : new ExtentTable(view, id)) {
            ExtentEdit edit = new ExtentEdit(id, table, before == null ? 0 : before.length(), dataFiles);
            folded = edit.folded();
            List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
            edit.truncate(0);
            for (Incoming.Range range : ranges) {
                claim(range.bytes(), claimed);
                put(edit, range, syncPoints);
            }
            edit.settle();
            folded.forEach(written -> syncPoints.add(written.syncPoint()));
            LiveBytes live = edit.finish(mutations);
            replaceSessions(id, state, mutations);
            if (pending != null && pending.batch().version().compareTo(state.version()) <= 0) {
                PendingBatches.removePending(name, pending, mutations, live); // I19
            }
            prepared = true;
            return new Change<>(
                    mutations,
                    syncPoints,
                    live,
                    new FileChange(name, before, record(id, state)),
                    claimed,
                    folded,
                    0,
                    () -> {
                        underWay.unlockExtents(id);
                        underWay.end(name);
                    },
                    state,
                    new CompletableFuture<>());
        } finally {
            if (!prepared) {
                underWay.unlockExtents(id);
                preparer.undo(claimed, folded, 0);
            }
        }
    }

    private static void claim(Staged staged, List<Staged> claimed) {
        if (!staged.claim()) {
            throw new IllegalStateException("bytes of a state that are not live any more");
        }
        claimed.add(staged);
    }

    private static void put(ExtentEdit edit, Incoming.Range range, List<DataFile.SyncPoint> syncPoints)
            throws CorruptDataException {
        DataFiles.Written written = range.bytes().written();
        if (written != null) {
            edit.putData(range.offset(), written.run());
            syncPoints.add(written.syncPoint());
        } else {
            edit.putPiece(range.offset(), Objects.requireNonNull(range.bytes().memory()));
        }
    }

    private static void replaceSessions(long id, FileState state, List<Mutation> mutations) {
        mutations.add(new Mutation.DeleteRange(Family.SESSIONS, Keys.sessions(id), Keys.sessions(id + 1)));
        for (Session session : state.sessions()) {
            mutations.add(
                    new Mutation.Put(Family.SESSIONS, Keys.session(id, session.id()), SessionCodec.encode(session)));
        }
    }

    private static FileRecord record(long id, FileState state) {
        return new FileRecord(
                id,
                state.version(),
                state.hash(),
                state.exists(),
                state.length(),
                state.created(),
                state.modified(),
                state.watermark(),
                0); // the committer numbers it
    }
}
