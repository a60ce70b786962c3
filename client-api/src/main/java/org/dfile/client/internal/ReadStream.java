package org.dfile.client.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.dfile.protocol.FileReply;

/** A file from front to end, for code that blocks. */
final class ReadStream extends InputStream {

    private final ChunkReader reader;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean atEnd;
    private boolean closed;

    ReadStream(ChunkReader reader) {
        this.reader = reader;
    }

    @Override
    public int read() throws IOException {
        return fetch() ? chunk.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int byteCount) throws IOException {
        Objects.checkFromIndexSize(offset, byteCount, target.length);
        if (byteCount == 0) {
            return 0;
        }
        if (!fetch()) {
            return -1;
        }
        int taken = Math.min(byteCount, chunk.remaining());
        chunk.get(target, offset, taken);
        return taken;
    }

    @Override
    public int available() {
        return chunk.remaining();
    }

    /** Makes sure that there are bytes; returns false at the end. */
    private boolean fetch() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        while (!atEnd && !chunk.hasRemaining()) {
            FileReply.Contents next = Blocking.get(reader.next());
            atEnd = next == null;
            chunk = next == null ? chunk : next.bytes().buffer();
        }
        return chunk.hasRemaining();
    }

    @Override
    public void close() {
        closed = true;
        chunk = ByteBuffer.allocate(0);
    }
}
