package org.dfile.store.history;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.dfile.model.Ballot;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;

/** What a store should hold under one name, bytes included. Never changes; a plan makes the next one of it. */
public final class ModelFile {

    /** A name that was never created. */
    public static final ModelFile NONE = new ModelFile(
            new FileState(
                    FileVersion.NONE,
                    ChainHash.NONE,
                    false,
                    0,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    List.of(),
                    FileVersion.NONE),
            new byte[0],
            Optional.empty());

    private static final Comparator<Session> ORDER = Comparator.comparingLong(Session::usedSeq)
            .thenComparing(session -> session.id().value());

    private final FileState state;
    private final byte[] content;
    private final Optional<Ballot> ballot;

    private ModelFile(FileState state, byte[] content, Optional<Ballot> ballot) {
        this.state = state;
        this.content = content;
        this.ballot = ballot;
    }

    /** The same, known to be chosen in a ballot. */
    public ModelFile under(Ballot known) {
        return new ModelFile(state, content, Optional.of(known));
    }

    public StateId id() {
        return new StateId(state.version(), state.hash());
    }

    Committed committed() {
        return this == NONE ? Committed.NONE : new Committed(id(), !state.exists(), ballot);
    }

    public FileVersion version() {
        return state.version();
    }

    public ChainHash hash() {
        return state.hash();
    }

    public boolean exists() {
        return state.exists();
    }

    int length() {
        return content.length;
    }

    /** Its sessions are in the order of {@link #sorted}. */
    FileState state() {
        return state;
    }

    byte[] range(int from, int to) {
        return Arrays.copyOfRange(content, from, to);
    }

    /** Puts sessions that were used by the same batch, whose order is open, into one order. */
    static FileState sorted(FileState state) {
        return new FileState(
                state.version(),
                state.hash(),
                state.exists(),
                state.length(),
                state.created(),
                state.modified(),
                state.sessions().stream().sorted(ORDER).toList(),
                state.watermark());
    }

    public ModelFile after(Plan plan) {
        byte[] bytes = content;
        boolean exists = state.exists();
        for (Plan.Edit edit : plan.edits()) {
            bytes = apply(edit, bytes);
            exists = !(edit instanceof Plan.Edit.Delete);
        }
        FileVersion version = plan.versionAfter(state.version());
        boolean first = state.version().equals(FileVersion.NONE);
        FileState after = new FileState(
                version,
                state.hash().then(step(version, plan.time(), bytes)),
                exists,
                bytes.length,
                first || plan.creates() ? plan.time() : state.created(),
                first || !plan.edits().isEmpty() ? plan.time() : state.modified(),
                sessions(plan),
                plan.watermark());
        return new ModelFile(sorted(after), bytes, ballot);
    }

    private static byte[] step(FileVersion version, Instant time, byte[] bytes) {
        return ByteBuffer.allocate(3 * Long.BYTES + 2 * Integer.BYTES)
                .putLong(version.generation())
                .putLong(version.seq())
                .putLong(time.getEpochSecond())
                .putInt(time.getNano())
                .putInt(Bytes.of(bytes).crc32c())
                .array();
    }

    private List<Session> sessions(Plan plan) {
        Map<UUID, Session> sessions = new TreeMap<>();
        state.sessions().forEach(session -> sessions.put(session.id().value(), session));
        plan.evicted().stream().map(SessionId::value).forEach(sessions::remove);
        plan.sessions().forEach(session -> sessions.put(session.id().value(), session));
        return List.copyOf(sessions.values());
    }

    private static byte[] apply(Plan.Edit edit, byte[] content) {
        if (edit instanceof Plan.Edit.WriteInline write) {
            return write(content, write.offset(), write.bytes());
        }
        if (edit instanceof Plan.Edit.WriteStaged write) {
            byte[] changed = content;
            long offset = write.offset();
            for (Bytes piece : write.pieces()) {
                changed = write(changed, offset, piece);
                offset += piece.byteCount();
            }
            return changed;
        }
        if (edit instanceof Plan.Edit.Truncate truncate) {
            return Arrays.copyOf(content, truncate.length());
        }
        return new byte[0]; // created or deleted
    }

    private static byte[] write(byte[] content, long offset, Bytes bytes) {
        if (bytes.byteCount() == 0) {
            return content;
        }
        int end = (int) offset + bytes.byteCount();
        byte[] changed = Arrays.copyOf(content, Math.max(content.length, end));
        bytes.buffer().get(changed, (int) offset, bytes.byteCount());
        return changed;
    }

    @Override
    public String toString() {
        return state.version() + (state.exists() ? " of " + content.length + " bytes" : " (none)");
    }
}
