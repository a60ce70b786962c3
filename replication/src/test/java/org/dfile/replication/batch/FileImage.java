package org.dfile.replication.batch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;

/**
 * A name with all it holds, as a value: what a store keeps, without a disk. Strict: a batch that does not fit is a bug of
 * whoever made it, and ends the test.
 */
public final class FileImage {

    /** A name without a record. */
    public static final FileImage NONE = new FileImage(Optional.empty(), new byte[0]);

    private final Optional<FileState> state;
    private final byte[] content;

    private FileImage(Optional<FileState> state, byte[] content) {
        this.state = state;
        this.content = content;
    }

    public Optional<FileState> state() {
        return state;
    }

    public FileVersion version() {
        return state.map(FileState::version).orElse(FileVersion.NONE);
    }

    public boolean exists() {
        return state.map(FileState::exists).orElse(false);
    }

    public byte[] content() {
        return content.clone();
    }

    /** Returns a copy in which a byte has changed unnoticed. */
    public FileImage rotten(int position) {
        byte[] damaged = content.clone();
        damaged[position] ^= 1;
        return new FileImage(state, damaged);
    }

    public FileImage apply(Batch batch) {
        checkVersion(batch);
        boolean creates = batch.operations().contains(new Operation.Create());
        boolean exists = exists();
        byte[] bytes = exists ? content : new byte[0];
        for (Operation operation : batch.operations()) {
            if (exists == operation instanceof Operation.Create) {
                throw new AssertionError(operation + " on a file that exists: " + exists);
            }
            exists = !(operation instanceof Operation.Delete);
            bytes = applied(bytes, operation);
        }
        FileState after = new FileState(
                batch.version(),
                batch.hash(),
                exists,
                bytes.length,
                creates || state.isEmpty() ? batch.time() : state.get().created(),
                batch.operations().isEmpty() && state.isPresent() ? state.get().modified() : batch.time(),
                sessionsAfter(batch),
                batch.watermark());
        return new FileImage(Optional.of(after), bytes);
    }

    private void checkVersion(Batch batch) {
        FileVersion next = batch.version();
        boolean creates = batch.operations().contains(new Operation.Create());
        boolean fits = next.seq() == version().seq() + 1
                && ((creates || state.isEmpty())
                        ? next.generation() > version().generation()
                        : next.generation() == version().generation());
        if (!fits) {
            throw new AssertionError("a batch for " + next + " on " + version());
        }
    }

    private static byte[] applied(byte[] content, Operation operation) {
        if (operation instanceof Operation.WriteInline write) {
            return put(content, write.offset(), write.bytes());
        }
        if (operation instanceof Operation.WriteStaged write) {
            byte[] result = content;
            long offset = write.offset();
            for (StagedBytes piece : write.pieces()) {
                result = put(result, offset, ((StagedPiece) piece).bytes());
                offset += piece.byteCount();
            }
            return result;
        }
        if (operation instanceof Operation.Truncate truncate) {
            return Arrays.copyOf(content, Math.toIntExact(truncate.length()));
        }
        return new byte[0];
    }

    private static byte[] put(byte[] content, long offset, Bytes bytes) {
        if (!bytes.intact()) {
            throw new AssertionError("bytes that do not match their checksum");
        }
        int start = Math.toIntExact(offset);
        byte[] result = Arrays.copyOf(content, Math.max(content.length, start + bytes.byteCount()));
        bytes.buffer().get(result, start, bytes.byteCount());
        return result;
    }

    private List<Session> sessionsAfter(Batch batch) {
        Map<SessionId, Session> sessions = new LinkedHashMap<>();
        state.ifPresent(before -> before.sessions().forEach(session -> sessions.put(session.id(), session)));
        batch.evicted().forEach(sessions::remove);
        for (Session session : batch.sessions()) {
            sessions.remove(session.id());
            sessions.put(session.id(), session);
        }
        return List.copyOf(sessions.values());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileImage image && state.equals(image.state) && Arrays.equals(content, image.content);
    }

    @Override
    public int hashCode() {
        return 31 * state.hashCode() + Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return version() + (exists() ? " with " + content.length + " bytes" : " without a file");
    }
}
