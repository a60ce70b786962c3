package org.dfile.client.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** Collects bytes that come in pieces of any size into chunks of one whole-file write. Copies, so buffers are free again. */
final class Uploader {

    private static final int FIRST_BYTES = 8 << 10;

    private final StagedWrite write;
    private byte[] chunk = new byte[FIRST_BYTES];
    private int filled;

    Uploader(Parts parts, FileName name, WriteMode mode) {
        this.write = new StagedWrite(parts, name, mode);
    }

    /** Takes all that remains in {@code source}. Completes when more may come; call again only then. */
    CompletableFuture<Void> write(ByteBuffer source) {
        return Loop.whileTrue(() -> {
            if (!source.hasRemaining()) {
                return CompletableFuture.completedFuture(false);
            }
            if (filled < Limits.MAX_CHUNK_BYTES) {
                fill(source);
                return CompletableFuture.completedFuture(source.hasRemaining());
            }
            return write.send(cut()).thenApply(room -> true);
        });
    }

    private void fill(ByteBuffer source) {
        int byteCount = Math.min(source.remaining(), Limits.MAX_CHUNK_BYTES - filled);
        if (filled + byteCount > chunk.length) {
            int wish = Math.max(filled + byteCount, 2 * chunk.length);
            chunk = Arrays.copyOf(chunk, Math.min(wish, Limits.MAX_CHUNK_BYTES));
        }
        source.get(chunk, filled, byteCount);
        filled += byteCount;
    }

    private Bytes cut() {
        Bytes bytes = Bytes.of(ByteBuffer.wrap(chunk, 0, filled));
        chunk = new byte[filled == Limits.MAX_CHUNK_BYTES ? Limits.MAX_CHUNK_BYTES : 0];
        filled = 0;
        return bytes;
    }

    CompletableFuture<Receipt> publish() {
        return write.publish(cut());
    }
}
