package org.dfile.cluster.thrash;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.dfile.client.DFile;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/** Does everything that a file can do, on a few files that others use as well. */
final class MixedLane implements Lane {

    private static final List<WriteMode> MODES = List.of(WriteMode.values());
    private static final int MAX_MODEL_OFFSET = 56;
    private static final AtomicLong IDS = new AtomicLong();

    private final Caller caller;
    private final Board board;
    private final SplittableRandom random;
    private final Duration pause;
    private @Nullable FileHistory opened;
    private @Nullable DFile handle;

    MixedLane(Caller caller, Board board, SplittableRandom random, Duration pause) {
        this.caller = caller;
        this.board = board;
        this.random = random;
        this.pause = pause;
    }

    @Override
    public Duration pause() {
        return pause;
    }

    /** Returns the id of bytes that nobody has written yet. */
    static long nextId() {
        return IDS.incrementAndGet();
    }

    @Override
    public CompletionStage<?> step() {
        FileHistory file = board.pick(random.nextInt(1 << 16));
        int dice = random.nextInt(100);
        if (dice < 24) {
            return append(file);
        } else if (dice < 34) {
            return replace(file);
        } else if (dice < 38) {
            return delete(file);
        } else if (dice < 43) {
            return create(file);
        } else if (dice < 52) {
            return caller.stat(file);
        } else if (dice < 61) {
            return readAll(file);
        }
        return onHandle(file, dice);
    }

    private CompletionStage<?> append(FileHistory file) {
        long id = nextId();
        return caller.change(
                file,
                new Change.Append(Change.ANY_GENERATION, true, file.scale().model(id, 1)),
                true,
                () -> caller.files().append(file.name(), file.scale().real(id, 1)));
    }

    private CompletionStage<?> replace(FileHistory file) {
        long id = nextId();
        WriteMode mode = MODES.get(random.nextInt(MODES.size()));
        return caller.change(
                file,
                new Change.Replace(mode, file.scale().model(id, 1)),
                true,
                () -> caller.files()
                        .write(file.name(), ByteBuffer.wrap(file.scale().real(id, 1)), mode));
    }

    private CompletionStage<?> delete(FileHistory file) {
        return caller.change(
                file,
                new Change.Delete(Change.ANY_GENERATION),
                true,
                () -> caller.files().delete(file.name()));
    }

    private CompletionStage<?> create(FileHistory file) {
        boolean exclusive = random.nextBoolean();
        return caller.ask(
                file,
                new Change.Create(exclusive, !exclusive),
                () -> caller.files().open(file.name(), exclusive ? "x" : "w"),
                created -> new Seen.Done(created.generation(), 0, 0, 0));
    }

    private CompletionStage<?> readAll(FileHistory file) {
        return caller.ask(
                file,
                null,
                () -> caller.files().readAll(file.name()),
                bytes -> bytes.length >= Limits.MAX_CHUNK_BYTES // perhaps several chunks, of several states
                        ? null
                        : new Seen.Text(file.scale().modelOf(ByteBuffer.wrap(bytes))));
    }

    /** Opens the file unless this lane has it open; it may be another generation by now. */
    private CompletionStage<?> onHandle(FileHistory file, int dice) {
        DFile open = handle;
        if (open != null && file == opened && random.nextInt(4) > 0) {
            return onHandle(file, open, dice);
        }
        CompletableFuture<DFile> opening = new CompletableFuture<>();
        return caller.ask(file, null, () -> caller.files().open(file.name(), "r+"), found -> {
                    opening.complete(found);
                    return null;
                })
                .thenCompose(asked -> {
                    DFile found = opening.getNow(null);
                    if (found == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    opened = file;
                    handle = found;
                    return onHandle(file, found, dice);
                });
    }

    private CompletionStage<?> onHandle(FileHistory file, DFile open, int dice) {
        long generation = open.generation();
        int modelOffset = random.nextInt(MAX_MODEL_OFFSET / Long.BYTES) * Long.BYTES;
        long offset = file.scale().real(modelOffset);
        if (dice < 72) {
            return changeBytes(
                    file,
                    bytes -> new Change.Write(generation, modelOffset, bytes),
                    bytes -> open.writeAt(offset, bytes));
        } else if (dice < 77) {
            return changeBytes(file, bytes -> new Change.Append(generation, false, bytes), open::append);
        } else if (dice < 84) {
            return caller.change(file, new Change.Truncate(generation, modelOffset), true, () -> open.truncate(offset));
        }
        return caller.ask(
                file,
                null,
                () -> open.readAt(0, Limits.MAX_CHUNK_BYTES),
                bytes -> bytes.remaining() == Limits.MAX_CHUNK_BYTES // perhaps not the whole file
                        ? null
                        : new Seen.Content(generation, file.scale().modelOf(bytes)));
    }

    private CompletionStage<?> changeBytes(
            FileHistory file, Function<Bytes, Change> model, Function<ByteBuffer, CompletionStage<Receipt>> call) {
        long id = nextId();
        return caller.change(
                file,
                model.apply(file.scale().model(id, 1)),
                true,
                () -> call.apply(ByteBuffer.wrap(file.scale().real(id, 1))));
    }
}
