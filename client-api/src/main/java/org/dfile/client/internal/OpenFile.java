package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.LongFunction;
import java.util.function.ToIntFunction;
import org.dfile.client.DFile;
import org.dfile.client.DFileException;
import org.dfile.client.internal.LineReader.Line;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * One open file: keeps the order of calls, nothing else. Order is three chains, each the end of what was called so far:
 *
 * <ul>
 *   <li>{@code submitted}: every change has its number, so the next one may get one;
 *   <li>{@code answered}: every change is answered, so a read will see them;
 *   <li>{@code cursor}: where the cursor is.
 * </ul>
 *
 * A call takes the chains it depends on and puts itself at their ends under the lock; the work happens outside.
 */
final class OpenFile implements DFile {

    /** What a change does to the cursor. */
    private enum Cursor {
        STAYS,
        BY_BYTES,
        TO_END_OF_BYTES
    }

    private static final Chunks NO_BYTES = Chunks.of(ByteBuffer.allocate(0));

    /** A change that has its number; its answer is still to come. */
    private record Submitted(CompletableFuture<Receipt> answer) {}

    private final FileSystemClient files;
    private final Parts parts;
    private final WholeReads reads;
    private final FileName name;
    private final long generation;
    private final OpenMode mode;

    private CompletableFuture<?> submitted = CompletableFuture.completedFuture(null);
    private CompletableFuture<?> answered = CompletableFuture.completedFuture(null);
    private CompletableFuture<Long> cursor;
    private @Nullable Throwable failedChange;
    private @Nullable CompletionStage<Void> closing;

    OpenFile(FileSystemClient files, Parts parts, FileName name, FileVersion version, OpenMode mode, long cursor) {
        this.files = files;
        this.parts = parts;
        this.reads = new WholeReads(parts);
        this.name = name;
        this.generation = version.generation();
        this.mode = mode;
        this.cursor = CompletableFuture.completedFuture(cursor);
    }

    @Override
    public FileName name() {
        return name;
    }

    @Override
    public long generation() {
        return generation;
    }

    // -- reading

    @Override
    public CompletionStage<ByteBuffer> readAt(long offset, int byteCount) {
        checkReadable();
        checkRange(offset, byteCount);
        return files.run(inOneRead(byteCount), () -> changesBefore().thenCompose(done -> readFrom(offset, byteCount)));
    }

    @Override
    public CompletionStage<ByteBuffer> read(int byteCount) {
        checkReadable();
        checkRange(0, byteCount);
        return files.run(
                inOneRead(byteCount), () -> atCursor(offset -> readFrom(offset, byteCount), ByteBuffer::remaining));
    }

    @Override
    public CompletionStage<ByteBuffer> readAll() {
        checkReadable();
        return files.run(
                0,
                () -> atCursor(
                        offset -> reads.many(name, generation, offset, Limits.MAX_FILE_BYTES), ByteBuffer::remaining));
    }

    @Override
    public CompletionStage<Optional<String>> readLine() {
        checkReadable();
        return files.run(
                0,
                () -> atCursor(offset -> LineReader.readLine(parts, name, generation, offset), Line::byteCount)
                        .thenApply(Line::text));
    }

    @Override
    public Flow.Publisher<String> lines() {
        checkReadable();
        return new PullPublisher<>(parts.callbacks(), () -> {
            CompletableFuture<Long> start = cursorNow();
            return new LineReader(
                    parts.maxLineBytes(),
                    name,
                    changesBefore().thenCombine(start, (done, offset) -> chunksFrom(offset)));
        });
    }

    private ChunkReader chunksFrom(long offset) {
        return parts.reader(name, generation, offset, Limits.MAX_FILE_BYTES);
    }

    private CompletableFuture<ByteBuffer> readFrom(long offset, int byteCount) {
        return byteCount <= Limits.MAX_CHUNK_BYTES
                ? reads.one(name, generation, offset, byteCount)
                : reads.many(name, generation, offset, byteCount);
    }

    /** Bytes that a read takes from the budget at the call; a longer one takes them chunk by chunk. */
    private static int inOneRead(int byteCount) {
        return byteCount <= Limits.MAX_CHUNK_BYTES ? byteCount : 0;
    }

    /** Reads where the cursor is when its turn comes, after every change before; then moves it by what came. */
    private <T> CompletableFuture<T> atCursor(LongFunction<CompletableFuture<T>> read, ToIntFunction<T> movesBy) {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<T> result;
        synchronized (this) {
            CompletableFuture<Long> start = cursor;
            result = go.thenCombine(answered, (now, done) -> done)
                    .thenCombine(start, (now, offset) -> offset)
                    .thenCompose(read::apply);
            cursor = start.thenCombine(
                    result.handle((value, error) -> value == null ? 0L : (long) movesBy.applyAsInt(value)), Long::sum);
        }
        go.complete(null);
        return result;
    }

    @Override
    public CompletionStage<Long> size() {
        checkOpen();
        return files.run(
                0,
                () -> changesBefore()
                        .thenCompose(done -> parts.questions().stat(name))
                        .thenApply(this::lengthOf));
    }

    private long lengthOf(FileStatus status) {
        if (status.version().generation() != generation) {
            throw new DFileException(
                    new Failure.Replaced(name, generation, status.version().generation()));
        }
        return status.length();
    }

    // -- changing

    @Override
    public CompletionStage<Receipt> write(ByteBuffer bytes) {
        checkWritable();
        return mode.append()
                ? change(Chunks.of(bytes), Cursor.TO_END_OF_BYTES, start -> this::appending)
                : change(Chunks.of(bytes), Cursor.BY_BYTES, this::writingFrom);
    }

    @Override
    public CompletionStage<Receipt> writeAt(long offset, ByteBuffer bytes) {
        checkWritable();
        if (mode.append()) {
            throw new NonWritableChannelException();
        }
        checkRange(offset, bytes.remaining());
        return change(Chunks.of(bytes), Cursor.STAYS, start -> writingFrom(offset));
    }

    @Override
    public CompletionStage<Receipt> append(ByteBuffer bytes) {
        checkWritable();
        return change(Chunks.of(bytes), Cursor.STAYS, start -> this::appending);
    }

    @Override
    public CompletionStage<Receipt> truncate(long length) {
        checkWritable();
        checkRange(length, 0);
        return change(NO_BYTES, Cursor.STAYS, start -> (offset, none) -> new Change.Truncate(generation, length));
    }

    private Change appending(long chunkOffset, Bytes chunk) {
        return new Change.Append(generation, false, chunk);
    }

    private LongChange.Maker writingFrom(long start) {
        return (chunkOffset, chunk) -> {
            long offset = start + chunkOffset;
            if (offset > Limits.MAX_FILE_BYTES - chunk.byteCount()) {
                throw new DFileException(new Failure.FileTooLong(name, offset + chunk.byteCount()));
            }
            return new Change.Write(generation, offset, chunk);
        };
    }

    private CompletionStage<Receipt> change(Chunks chunks, Cursor moves, LongFunction<LongChange.Maker> makerFrom) {
        return files.run(chunks.isOne() ? chunks.byteCount() : 0, () -> inOrder(chunks, moves, makerFrom));
    }

    private CompletableFuture<Receipt> inOrder(Chunks chunks, Cursor moves, LongFunction<LongChange.Maker> makerFrom) {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<Receipt> answer;
        synchronized (this) {
            CompletableFuture<Long> start = moves == Cursor.BY_BYTES ? cursor : CompletableFuture.completedFuture(0L);
            CompletableFuture<Submitted> mine = go.thenCombine(submitted, (now, done) -> done)
                    .thenCombine(start, (now, offset) -> offset)
                    .thenCompose(offset -> submit(chunks, makerFrom.apply(offset)));
            answer = mine.thenCompose(Submitted::answer);
            CompletableFuture<Optional<Receipt>> settled = answer.handle(this::settle);
            submitted = mine.handle((done, error) -> done);
            answered = answered.thenCombine(settled, (before, now) -> now);
            cursor = moved(moves, chunks.byteCount(), settled);
        }
        go.complete(null);
        return answer;
    }

    private CompletableFuture<Submitted> submit(Chunks chunks, LongChange.Maker maker) {
        if (chunks.isOne()) {
            Change change = maker.make(0, chunks.one());
            return CompletableFuture.completedFuture(
                    new Submitted(parts.sessions().submit(name, change)));
        }
        LongChange sequence = new LongChange(parts, name, chunks, maker);
        return sequence.submitAll().thenApply(all -> new Submitted(sequence.answer()));
    }

    private CompletableFuture<Long> moved(Cursor moves, long byteCount, CompletableFuture<Optional<Receipt>> settled) {
        return switch (moves) {
            case STAYS -> cursor;
            case BY_BYTES -> cursor.thenApply(offset -> Math.min(Limits.MAX_FILE_BYTES, offset + byteCount));
            case TO_END_OF_BYTES ->
                cursor.thenCombine(
                        settled,
                        (offset, receipt) -> receipt.map(done -> done.offset() + done.byteCount())
                                .orElse(offset));
        };
    }

    private synchronized Optional<Receipt> settle(@Nullable Receipt receipt, @Nullable Throwable error) {
        if (error != null && failedChange == null) {
            failedChange = Callbacks.unwrap(error);
        }
        return Optional.ofNullable(receipt);
    }

    // -- the cursor, and the end

    @Override
    public void seek(long offset) {
        checkOpen();
        checkRange(offset, 0);
        synchronized (this) {
            cursor = CompletableFuture.completedFuture(offset);
        }
    }

    @Override
    public CompletionStage<Long> tell() {
        checkOpen();
        return files.run(0, this::cursorNow);
    }

    @Override
    public CompletionStage<Void> flush() {
        checkOpen();
        return files.run(0, this::allAnswered);
    }

    @Override
    public CompletionStage<Void> close() {
        synchronized (this) {
            if (closing != null) {
                return closing;
            }
        }
        CompletionStage<Void> end = parts.callbacks().handOut(allAnswered());
        synchronized (this) {
            closing = closing == null ? end : closing;
            return closing;
        }
    }

    private CompletableFuture<Void> allAnswered() {
        return changesBefore().thenApply(done -> {
            Throwable failed = takeFailure();
            if (failed instanceof RuntimeException error) {
                throw error;
            }
            if (failed != null) {
                throw new IllegalStateException(failed);
            }
            return null;
        });
    }

    private synchronized @Nullable Throwable takeFailure() {
        Throwable failed = failedChange;
        failedChange = null;
        return failed;
    }

    private synchronized CompletableFuture<?> changesBefore() {
        return answered;
    }

    private synchronized CompletableFuture<Long> cursorNow() {
        return cursor;
    }

    // -- callers' mistakes

    private void checkReadable() {
        checkOpen();
        if (!mode.read()) {
            throw new NonReadableChannelException();
        }
    }

    private void checkWritable() {
        checkOpen();
        if (!mode.changes()) {
            throw new NonWritableChannelException();
        }
    }

    private synchronized void checkOpen() {
        if (closing != null) {
            throw new IllegalStateException("closed: " + name);
        }
    }

    private static void checkRange(long offset, long byteCount) {
        if (byteCount < 0) {
            throw new IllegalArgumentException(byteCount + " bytes");
        }
        if (offset < 0 || offset > Limits.MAX_FILE_BYTES) {
            throw new IllegalArgumentException("offset " + offset + " is not in 0.." + Limits.MAX_FILE_BYTES);
        }
    }
}
