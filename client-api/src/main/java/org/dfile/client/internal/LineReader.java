package org.dfile.client.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.jspecify.annotations.Nullable;

/** Cuts a file into lines. */
final class LineReader implements PullSource<String> {

    private static final int FIRST_PIECE_BYTES = 8 << 10;

    /** A line without its end, empty at the end of the file; {@code byteCount} counts its end too. */
    record Line(Optional<String> text, int byteCount) {}

    private final CompletableFuture<ChunkReader> reader;
    private final Splitter splitter;
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean atEnd;

    LineReader(int maxLineBytes, FileName name, CompletableFuture<ChunkReader> reader) {
        this.reader = reader;
        this.splitter = new Splitter(name, maxLineBytes);
    }

    @Override
    public CompletableFuture<@Nullable String> next() {
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        Futures.atEnd(Loop.whileTrue(() -> step(line)), (end, error) -> {
            if (error != null) {
                line.completeExceptionally(error);
            }
        });
        return line;
    }

    private CompletableFuture<Boolean> step(CompletableFuture<@Nullable String> line) {
        if (splitter.take(rest)) {
            line.complete(splitter.line().text().orElse(null));
            return CompletableFuture.completedFuture(false);
        }
        if (atEnd) {
            line.complete(splitter.line().text().orElse(null));
            return CompletableFuture.completedFuture(false);
        }
        return reader.thenCompose(ChunkReader::next).thenApply(chunk -> {
            atEnd = chunk == null;
            rest = chunk == null ? rest : chunk.bytes().buffer();
            return true;
        });
    }

    /** Reads one line at an offset, in pieces that grow, so that short lines cost little. */
    static CompletableFuture<Line> readLine(Parts parts, FileName name, long generation, long offset) {
        Splitter splitter = new Splitter(name, parts.maxLineBytes());
        long[] at = {offset};
        int[] piece = {FIRST_PIECE_BYTES};
        return Loop.whileTrue(() -> {
                    int byteCount = piece[0];
                    return parts.reader(name, generation, at[0], at[0] + byteCount)
                            .next()
                            .thenApply(chunk -> {
                                Bytes bytes = chunk == null ? Bytes.EMPTY : chunk.bytes();
                                at[0] += bytes.byteCount();
                                piece[0] = Questions.chunk(8L * byteCount);
                                return !splitter.take(bytes.buffer()) && bytes.byteCount() == byteCount;
                            });
                })
                .thenApply(end -> splitter.line());
    }

    /** Collects bytes up to a line feed. */
    private static final class Splitter {

        private final FileName name;
        private final int maxBytes;
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private boolean ended;

        Splitter(FileName name, int maxBytes) {
            this.name = name;
            this.maxBytes = maxBytes;
        }

        /** Takes bytes up to and with the next line feed; returns whether there was one. */
        boolean take(ByteBuffer bytes) {
            while (!ended && bytes.hasRemaining()) {
                byte next = bytes.get();
                collected.write(next);
                ended = next == '\n';
                if (collected.size() > maxBytes) {
                    throw new DFileException(new Failure.TooLongToHold(name, "a line", maxBytes));
                }
            }
            return ended;
        }

        Line line() {
            int byteCount = collected.size();
            byte[] bytes = collected.toByteArray();
            int textBytes = ended ? byteCount - 1 : byteCount;
            textBytes -= ended && textBytes > 0 && bytes[textBytes - 1] == '\r' ? 1 : 0;
            Optional<String> text = byteCount == 0
                    ? Optional.empty()
                    : Optional.of(new String(bytes, 0, textBytes, StandardCharsets.UTF_8));
            collected.reset();
            ended = false;
            return new Line(text, byteCount);
        }
    }
}
