package org.dfile.manager.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.dfile.model.Limits;

/**
 * Cuts a stream into pieces that are appended one by one: whatever a read brings, up to 1 MiB. If lines are to stay
 * whole, a piece ends at the end of its last line; only the last line of the stream may lack its line feed.
 */
final class AppendChunks {

    private final InputStream in;
    private final boolean wholeLines;
    private byte[] rest = new byte[0];
    private boolean ended;

    AppendChunks(InputStream in, boolean wholeLines) {
        this.in = in;
        this.wholeLines = wholeLines;
    }

    /**
     * Waits for the next piece, which has a buffer of its own; empty at the end.
     *
     * @throws IOException if reading fails, or a line that is to stay whole is longer than 1 MiB
     */
    Optional<ByteBuffer> next() throws IOException {
        while (!ended) {
            byte[] buffer = Arrays.copyOf(rest, Limits.MAX_CHUNK_BYTES);
            int filled = rest.length;
            if (filled == buffer.length) {
                throw new IOException("a line is longer than " + Limits.MAX_CHUNK_BYTES + " bytes");
            }
            int count = in.read(buffer, filled, buffer.length - filled);
            ended = count < 0;
            filled += Math.max(count, 0);
            int end = ended || !wholeLines ? filled : lineEnd(buffer, filled);
            rest = Arrays.copyOfRange(buffer, end, filled);
            if (end > 0) {
                return Optional.of(ByteBuffer.wrap(buffer, 0, end));
            }
        }
        return Optional.empty();
    }

    private static int lineEnd(byte[] buffer, int filled) {
        int end = filled;
        while (end > 0 && buffer[end - 1] != '\n') {
            end--;
        }
        return end;
    }
}
