package org.dfile.store.history;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.store.FileStore;
import org.dfile.store.StoreException;

/**
 * A batch as plain values: the model applies it as it is, a store gets it with its large writes staged.
 *
 * @param generation of the state after it, if it creates the file
 */
public record Plan(
        List<Edit> edits,
        Instant time,
        List<Session> sessions,
        List<SessionId> evicted,
        FileVersion watermark,
        long generation) {

    /** One operation with its bytes at hand. */
    public sealed interface Edit {

        /** All bytes that it writes; none if it does not write. */
        default byte[] content() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            List<Bytes> pieces = this instanceof WriteInline inline
                    ? List.of(inline.bytes())
                    : this instanceof WriteStaged staged ? staged.pieces() : List.of();
            pieces.forEach(piece -> all.writeBytes(Comparison.content(piece)));
            return all.toByteArray();
        }

        /** See {@link Operation.Create}. */
        record Create() implements Edit {}

        /** See {@link Operation.WriteInline}. */
        record WriteInline(long offset, Bytes bytes) implements Edit {}

        /** See {@link Operation.WriteStaged}. */
        record WriteStaged(long offset, List<Bytes> pieces) implements Edit {}

        /** See {@link Operation.Truncate}. */
        record Truncate(int length) implements Edit {}

        /** See {@link Operation.Delete}. */
        record Delete() implements Edit {}
    }

    public Plan {
        edits = List.copyOf(edits);
        sessions = List.copyOf(sessions);
        evicted = List.copyOf(evicted);
    }

    boolean creates() {
        return edits.stream().anyMatch(Edit.Create.class::isInstance);
    }

    FileVersion versionAfter(FileVersion before) {
        return new FileVersion(creates() ? generation : before.generation(), before.seq() + 1);
    }

    /** Stages what is to be staged and returns the batch that follows {@code before}. */
    public Batch batch(FileStore store, ModelFile before) throws StoreException {
        List<Operation> operations = new ArrayList<>();
        for (Edit edit : edits) {
            operations.add(operation(store, edit));
        }
        ModelFile after = before.after(this);
        return new Batch(after.version(), after.hash(), time, operations, sessions, evicted, watermark);
    }

    private static Operation operation(FileStore store, Edit edit) throws StoreException {
        if (edit instanceof Edit.Create) {
            return new Operation.Create();
        }
        if (edit instanceof Edit.WriteInline write) {
            return new Operation.WriteInline(write.offset(), write.bytes());
        }
        if (edit instanceof Edit.WriteStaged write) {
            List<StagedBytes> pieces = new ArrayList<>();
            for (Bytes piece : write.pieces()) {
                pieces.add(store.stage(piece));
            }
            return new Operation.WriteStaged(write.offset(), pieces);
        }
        if (edit instanceof Edit.Truncate truncate) {
            return new Operation.Truncate(truncate.length());
        }
        if (edit instanceof Edit.Delete) {
            return new Operation.Delete();
        }
        throw new AssertionError("unhandled edit " + edit);
    }
}
