package org.dfile.client.internal;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.FileName;
import org.dfile.protocol.FileReply;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range of a file from front to end, some chunks ahead of its consumer. The first answer fixes the generation;
 * the end is where the newest answer saw it. What was read ahead belongs to this reader, not to the client's budget, so
 * a reader that is forgotten takes nothing from others.
 */
final class ChunkReader {

    private final Questions questions;
    private final Budget budget;
    private final int width;
    private final FileName name;
    private final ArrayDeque<CompletableFuture<FileReply.Contents>> ahead = new ArrayDeque<>();
    private long generation;
    private long nextOffset;
    private long end;
    private final long limit;
    private boolean started;
    private boolean finished;

    /**
     * @param generation only this one, or whichever is there if 0
     * @param limit where to stop even if the file goes on
     */
    ChunkReader(
            Questions questions, Budget budget, int width, FileName name, long generation, long offset, long limit) {
        this.questions = questions;
        this.budget = budget;
        this.width = width;
        this.name = name;
        this.generation = generation;
        this.nextOffset = offset;
        this.limit = limit;
    }

    /** Returns the next chunk, or null at the end. Call again only after the stage has completed. */
    CompletableFuture<FileReply.@Nullable Contents> next() {
        if (!started) {
            started = true;
            request(Questions.chunk(limit - nextOffset));
        }
        CompletableFuture<FileReply.Contents> first = finished ? null : ahead.pollFirst();
        if (first == null) {
            return CompletableFuture.completedFuture(null);
        }
        return first.thenApply(this::onChunk);
    }

    private FileReply.@Nullable Contents onChunk(FileReply.Contents chunk) {
        generation = chunk.version().generation();
        end = Math.min(limit, chunk.length());
        while (ahead.size() < width && nextOffset < end) {
            request(Questions.chunk(end - nextOffset));
        }
        // Short although the file has more: it was cut meanwhile, so this is the end.
        finished = chunk.offset() + chunk.bytes().byteCount() >= end;
        return chunk.bytes().byteCount() == 0 ? null : chunk;
    }

    private void request(int byteCount) {
        long offset = nextOffset;
        long ofGeneration = generation;
        nextOffset += byteCount;
        ahead.addLast(budget.take(byteCount)
                .thenCompose(granted -> questions
                        .read(name, ofGeneration, offset, byteCount)
                        .whenComplete((contents, error) -> budget.give(byteCount))));
    }
}
