package org.dfile.client.internal;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** Writes a whole file from memory, in several chunks; if a host loses what was sent ahead, it is sent again. */
final class WholeWrite {

    private final Parts parts;
    private final FileName name;
    private final WriteMode mode;

    WholeWrite(Parts parts, FileName name, WriteMode mode) {
        this.parts = parts;
        this.name = name;
        this.mode = mode;
    }

    CompletableFuture<Receipt> write(Chunks chunks) {
        return upload(chunks)
                .thenCompose(publish -> parts.sessions().submit(name, publish, () -> upload(chunks)))
                .thenApply(receipt -> withChecksum(receipt, chunks));
    }

    private CompletableFuture<Change> upload(Chunks chunks) {
        StagedWrite write = new StagedWrite(parts, name, mode);
        Iterator<Bytes> each = chunks.parts().iterator();
        Bytes[] last = {Bytes.EMPTY};
        return Loop.whileTrue(() -> {
                    Bytes chunk = each.next();
                    if (chunk.byteCount() < Limits.MAX_CHUNK_BYTES) {
                        last[0] = chunk;
                        return CompletableFuture.completedFuture(false);
                    }
                    return write.send(chunk).thenApply(room -> each.hasNext());
                })
                .thenCompose(sent -> write.staged(last[0]));
    }

    private static Receipt withChecksum(Receipt receipt, Chunks chunks) {
        return new Receipt(
                receipt.version(), 0, chunks.byteCount(), chunks.crc32c(), receipt.length(), receipt.copies());
    }
}
