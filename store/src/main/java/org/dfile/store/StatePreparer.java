package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Session;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a whole state that came from another replica into a {@link Change}. */
final class StatePreparer {

    private static final Logger LOG = LoggerFactory.getLogger(StatePreparer.class);

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
     * What is to be put in the place of whatever is there.
     *
     * @param known the ballot in which the state is known to be chosen; null if it never was one of several
     * @param damaged whether what is there cannot be read, but for its footprint
     */
    record Replacement(
            FileName name,
            FileState state,
            @Nullable Ballot known,
            List<Incoming.Range> ranges,
            @Nullable Footprint before,
            @Nullable PendingBatch dropped,
            boolean damaged) {}

    /** Prepares a state from another replica, for a file that the caller has begun to change; he ends that. */
    Change<FileState> prepare(Database.View view, Replacement replacement) throws StoreException {
        Footprint before = replacement.before();
        if (before != null) {
            try {
                return prepare(view, replacement, before.id(), before.length());
            } catch (CorruptDataException e) {
                // Where its bytes stood cannot be read, so that room is not given back.
                LOG.warn("extents of {} stay as garbage: {}", replacement.name(), e.getMessage());
            }
        }
        return prepare(view, replacement, nextId.getAndIncrement(), 0);
    }

    private Change<FileState> prepare(Database.View view, Replacement replacement, long id, long storedEnd)
            throws StoreException {
        List<Mutation> mutations = new ArrayList<>();
        List<Staged> claimed = new ArrayList<>();
        underWay.lockExtents(id);
        boolean prepared = false;
        List<DataFiles.Written> folded = List.of();
        try (ExtentTable table = storedEnd == 0 ? null : new ExtentTable(view, id)) {
            ExtentEdit edit = new ExtentEdit(id, table, storedEnd, dataFiles);
            folded = edit.folded();
            List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
            edit.truncate(0);
            for (Incoming.Range range : replacement.ranges()) {
                claim(range.bytes(), claimed);
                put(edit, range, syncPoints);
            }
            edit.settle();
            folded.forEach(written -> syncPoints.add(written.syncPoint()));
            LiveBytes live = edit.finish(mutations);
            replaceSessions(id, replacement.state(), mutations);
            removePending(replacement, mutations, live);
            prepared = true;
            return new Change<>(
                    mutations,
                    List.of(),
                    syncPoints,
                    live,
                    FileChange.of(replacement.name(), replacement.before(), record(id, replacement)),
                    claimed,
                    folded,
                    0,
                    false,
                    () -> underWay.unlockExtents(id),
                    replacement.state(),
                    new CompletableFuture<>());
        } finally {
            if (!prepared) {
                underWay.unlockExtents(id);
                preparer.undo(claimed, folded, 0);
            }
        }
    }

    /**
     * Prepares that there is nothing of a file any more, of which the record or the pending batch cannot be read; the caller
     * has begun to change it, and ends that.
     */
    Change<Boolean> removal(
            Database.View view, FileName name, @Nullable Footprint before, @Nullable PendingBatch pending)
            throws StoreException {
        if (before == null) {
            return removal(name, null, pending, new ArrayList<>(), new LiveBytes());
        }
        underWay.lockExtents(before.id());
        boolean prepared = false;
        try {
            List<Mutation> mutations = new ArrayList<>();
            LiveBytes live = removeExtents(view, name, before, mutations);
            byte[] sessions = Keys.sessions(before.id());
            mutations.add(new Mutation.DeleteRange(Family.SESSIONS, sessions, Keys.sessions(before.id() + 1)));
            Change<Boolean> change = removal(name, before, pending, mutations, live);
            prepared = true;
            return change.ending(true, () -> underWay.unlockExtents(before.id()));
        } finally {
            if (!prepared) {
                underWay.unlockExtents(before.id());
            }
        }
    }

    private static Change<Boolean> removal(
            FileName name,
            @Nullable Footprint before,
            @Nullable PendingBatch pending,
            List<Mutation> mutations,
            LiveBytes live) {
        if (pending == null) { // or it cannot be read: then the room of its bytes is not given back
            mutations.add(new Mutation.Delete(Family.PENDING, Keys.inSlot(name)));
        } else {
            PendingBatches.removePending(name, pending, mutations, live);
        }
        return ChangeLine.change(mutations, List.of(), live, FileChange.of(name, before, null));
    }

    private LiveBytes removeExtents(Database.View view, FileName name, Footprint before, List<Mutation> mutations)
            throws StoreException {
        List<Mutation> removals = new ArrayList<>();
        try (ExtentTable table = before.length() == 0 ? null : new ExtentTable(view, before.id())) {
            ExtentEdit edit = new ExtentEdit(before.id(), table, before.length(), dataFiles);
            edit.truncate(0);
            edit.settle();
            LiveBytes live = edit.finish(removals);
            mutations.addAll(removals);
            return live;
        } catch (CorruptDataException e) {
            LOG.warn("extents of {} stay as garbage: {}", name, e.getMessage());
            return new LiveBytes();
        }
    }

    private static void removePending(Replacement replacement, List<Mutation> mutations, LiveBytes live) {
        if (replacement.dropped() != null) {
            PendingBatches.removePending(replacement.name(), replacement.dropped(), mutations, live);
        } else if (replacement
                .damaged()) { // if there is one that cannot be read, the room of its bytes is not given back
            mutations.add(new Mutation.Delete(Family.PENDING, Keys.inSlot(replacement.name())));
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

    private static FileRecord record(long id, Replacement replacement) {
        FileState state = replacement.state();
        return new FileRecord(
                id,
                state.version(),
                state.hash(),
                state.exists(),
                state.length(),
                state.created(),
                state.modified(),
                state.watermark(),
                replacement.known(),
                0); // the committer numbers it
    }
}
