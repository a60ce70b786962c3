package org.dfile.client.internal;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** Writes a whole file from memory; if a host loses what was sent ahead, it is sent again. */
final class WholeWrite {

    private static final int MAX_TIMES = 3;

    private final Parts parts;
    private final FileName name;
    private final WriteMode mode;

    WholeWrite(Parts parts, FileName name, WriteMode mode) {
        this.parts = parts;
        this.name = name;
        this.mode = mode;
    }

    CompletableFuture<Receipt> write(Chunks chunks) {
        return write(chunks, 1);
    }

    private CompletableFuture<Receipt> write(Chunks chunks, int time) {
        return once(chunks)
                .exceptionallyCompose(error -> time < MAX_TIMES && isStageLost(error)
                        ? write(chunks, time + 1)
                        : CompletableFuture.failedFuture(error))
                .thenApply(receipt -> withChecksum(receipt, chunks));
    }

    private CompletableFuture<Receipt> once(Chunks chunks) {
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
                .thenCompose(sent -> write.publish(last[0]));
    }

    private static Receipt withChecksum(Receipt receipt, Chunks chunks) {
        return new Receipt(
                receipt.version(), 0, chunks.byteCount(), chunks.crc32c(), receipt.length(), receipt.copies());
    }

    private static boolean isStageLost(Throwable error) {
        return DFileException.failureOf(error).orElse(null) instanceof Failure.StageLost;
    }
}
