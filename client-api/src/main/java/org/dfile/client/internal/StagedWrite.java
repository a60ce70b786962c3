package org.dfile.client.internal;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.StageId;
import org.dfile.model.WriteMode;
import org.jspecify.annotations.Nullable;

/**
 * One whole-file write of any length: chunks are sent ahead as they come, and the last step publishes them all. What
 * fits into one chunk is not sent ahead but goes with that step, in one round trip.
 */
final class StagedWrite {

    private final Parts parts;
    private final FileName name;
    private final WriteMode mode;
    private final StageId stage = new StageId(UUID.randomUUID());
    private final Window window;
    private long byteCount;

    StagedWrite(Parts parts, FileName name, WriteMode mode) {
        this.parts = parts;
        this.name = name;
        this.mode = mode;
        this.window = parts.window();
    }

    /**
     * Sends a chunk of exactly {@link Limits#MAX_CHUNK_BYTES} ahead. Completes when there is room for another; call
     * again, or {@link #publish}, only then.
     */
    CompletableFuture<Void> send(Bytes chunk) {
        long offset = byteCount;
        byteCount += chunk.byteCount();
        return window.start(chunk.byteCount(), () -> parts.questions().stage(name, stage, offset, chunk));
    }

    /** Sends the last bytes, at most a chunk, and makes all of it the content of the file. */
    CompletableFuture<Receipt> publish(Bytes last) {
        return publish(last, null);
    }

    /**
     * As {@link #publish(Bytes)}, of bytes that can be had again.
     *
     * @param renewal sends all of them ahead once more
     */
    CompletableFuture<Receipt> publish(Bytes last, @Nullable Supplier<CompletableFuture<Change>> renewal) {
        if (byteCount == 0) {
            return parts.budget()
                    .take(last.byteCount())
                    .thenCompose(granted -> parts.sessions()
                            .submit(name, new Change.Replace(mode, last))
                            .whenComplete((receipt, error) -> parts.budget().give(last.byteCount())));
        }
        return staged(last).thenCompose(publish -> parts.sessions().submit(name, publish, renewal));
    }

    /** Sends the last bytes, at most a chunk, and completes with what publishes all of it when it has arrived. */
    CompletableFuture<Change> staged(Bytes last) {
        CompletableFuture<Void> sent = last.byteCount() == 0 ? CompletableFuture.completedFuture(null) : send(last);
        return sent.thenCompose(room -> window.drained()).thenApply(all -> new Change.Publish(mode, stage, byteCount));
    }
}
