package org.dfile.client.internal;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * A write or append above one chunk: a sequence of changes, some of them under way at a time. It stops at the first
 * failure and then says how many leading bytes are acknowledged.
 */
final class LongChange {

    /** Makes the change for a chunk that stands {@code chunkOffset} bytes into the whole. */
    @FunctionalInterface
    interface Maker {
        Change make(long chunkOffset, Bytes chunk);
    }

    private final Parts parts;
    private final FileName name;
    private final Chunks chunks;
    private final Maker maker;
    private final Window window;
    private final List<CompletableFuture<Receipt>> answers = new ArrayList<>();
    private @Nullable Throwable stopped;

    LongChange(Parts parts, FileName name, Chunks chunks, Maker maker) {
        this.parts = parts;
        this.name = name;
        this.chunks = chunks;
        this.maker = maker;
        this.window = parts.window();
    }

    /** Completes, never with a failure, when the last chunk has its number, or none will get one any more. */
    CompletableFuture<Void> submitAll() {
        Iterator<Bytes> each = chunks.parts().iterator();
        long[] offset = {0};
        return Loop.whileTrue(() -> {
                    if (!each.hasNext()) {
                        return CompletableFuture.completedFuture(false);
                    }
                    Bytes chunk = each.next();
                    Change change = maker.make(offset[0], chunk);
                    offset[0] += chunk.byteCount();
                    return window.start(chunk.byteCount(), () -> submit(change)).thenApply(room -> true);
                })
                .exceptionally(error -> {
                    stopped = error;
                    return null;
                });
    }

    private CompletableFuture<Receipt> submit(Change change) {
        CompletableFuture<Receipt> answer = parts.sessions().submit(name, change);
        answers.add(answer);
        return answer;
    }

    /** Completes with the receipt of the whole. Call when {@link #submitAll} has completed. */
    CompletableFuture<Receipt> answer() {
        return window.drained().handle((all, error) -> {
            Throwable reason = error == null ? stopped : error;
            if (reason != null) {
                throw partly(reason);
            }
            return whole();
        });
    }

    private DFileException partly(Throwable error) {
        Failure cause = DFileException.failureOf(error)
                .orElseGet(() -> new Failure.Malformed(String.valueOf(Callbacks.unwrap(error))));
        long acknowledged = 0;
        for (CompletableFuture<Receipt> answer : answers) {
            if (answer.isCompletedExceptionally()) {
                break;
            }
            acknowledged += answer.join().byteCount();
        }
        return new DFileException(new Failure.PartlyWritten(name, acknowledged, cause), Callbacks.unwrap(error));
    }

    private Receipt whole() {
        Receipt first = answers.get(0).join();
        Receipt last = answers.get(answers.size() - 1).join();
        int copies = answers.stream()
                .mapToInt(answer -> answer.join().copies())
                .min()
                .orElse(0);
        return new Receipt(last.version(), first.offset(), chunks.byteCount(), chunks.crc32c(), last.length(), copies);
    }
}
