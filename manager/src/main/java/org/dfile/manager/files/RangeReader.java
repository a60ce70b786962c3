package org.dfile.manager.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import org.dfile.client.DFile;
import org.dfile.model.Limits;

/** Reads a range of a file in chunks, some of them ahead, and writes them out in order. Holds no more than these. */
final class RangeReader {

    private record Pending(int byteCount, CompletionStage<ByteBuffer> bytes) {}

    private final int ahead;

    /** @param ahead chunks of up to 1 MiB under way */
    RangeReader(int ahead) {
        this.ahead = ahead;
    }

    /** Writes {@code byteCount} bytes from {@code offset} on to {@code out}, fewer if the file ends before. */
    void copy(DFile file, long offset, long byteCount, OutputStream out) throws IOException, InterruptedException {
        WritableByteChannel channel = Channels.newChannel(out);
        Deque<Pending> pending = new ArrayDeque<>();
        long next = offset;
        long end = byteCount > Limits.MAX_FILE_BYTES - offset ? Limits.MAX_FILE_BYTES : offset + byteCount;
        boolean ended = false;
        while (!ended) {
            while (pending.size() < ahead && next < end) {
                int count = (int) Math.min(Limits.MAX_CHUNK_BYTES, end - next);
                pending.add(new Pending(count, file.readAt(next, count)));
                next += count;
            }
            Pending first = pending.poll();
            ended = first == null || !writeWhole(first, channel);
        }
        out.flush();
    }

    /** Returns false if the chunk shows the end of the file. */
    private static boolean writeWhole(Pending chunk, WritableByteChannel channel)
            throws IOException, InterruptedException {
        ByteBuffer bytes = FileCommand.await(chunk.bytes());
        boolean whole = bytes.remaining() == chunk.byteCount();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return whole;
    }
}
