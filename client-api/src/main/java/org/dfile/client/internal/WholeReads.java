package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.protocol.FileReply;

/** Reads of one result, however many chunks it takes. */
final class WholeReads {

    private final Parts parts;

    WholeReads(Parts parts) {
        this.parts = parts;
    }

    /** Reads at most one chunk, whose bytes the caller has taken from the budget. */
    CompletableFuture<ByteBuffer> one(FileName name, long generation, long offset, int byteCount) {
        int inFile = (int) Math.min(byteCount, Limits.MAX_FILE_BYTES - offset);
        return parts.questions()
                .read(name, generation, offset, inFile)
                .thenApply(contents -> contents.bytes().buffer());
    }

    /** Reads from {@code offset} to the end, at most {@code byteCount} bytes; takes what it needs from the budget. */
    CompletableFuture<ByteBuffer> many(FileName name, long generation, long offset, long byteCount) {
        long limit = Math.min(Limits.MAX_FILE_BYTES, offset + byteCount);
        ChunkReader reader = parts.reader(name, generation, offset, limit);
        ByteBuffer[] result = {ByteBuffer.allocate(0)};
        return Loop.whileTrue(() -> reader.next().thenApply(chunk -> {
                    if (chunk == null) {
                        return false;
                    }
                    result[0] = put(result[0], name, chunk, offset, limit);
                    return true;
                }))
                .thenApply(end -> result[0].flip().asReadOnlyBuffer());
    }

    private ByteBuffer put(ByteBuffer result, FileName name, FileReply.Contents chunk, long offset, long limit) {
        long expected = Math.min(limit, chunk.length()) - offset;
        if (expected > parts.budget().maxBytes()) {
            throw new DFileException(new Failure.TooLongToHold(
                    name, "the part to read", parts.budget().maxBytes()));
        }
        ByteBuffer roomy = result;
        if (result.remaining() < chunk.bytes().byteCount()) {
            int needed = result.position() + chunk.bytes().byteCount();
            roomy = ByteBuffer.allocate((int) Math.max(needed, expected)).put(result.flip());
        }
        return roomy.put(chunk.bytes().buffer());
    }
}
