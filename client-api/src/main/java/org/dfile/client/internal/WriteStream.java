package org.dfile.client.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.dfile.client.DFileOutputStream;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;

/** A whole file that becomes visible at close, for code that blocks. */
final class WriteStream extends DFileOutputStream {

    private final FileName name;
    private final Uploader uploader;
    private boolean closed;
    private boolean discarded;
    private @Nullable IOException failed;
    private @Nullable Receipt receipt;

    WriteStream(FileName name, Uploader uploader) {
        this.name = name;
        this.uploader = uploader;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int byteCount) throws IOException {
        Objects.checkFromIndexSize(offset, byteCount, source.length);
        if (closed || discarded) {
            throw new IOException("the stream to " + name + " is " + (closed ? "closed" : "discarded"));
        }
        checkFailed();
        try {
            Blocking.get(uploader.write(ByteBuffer.wrap(source, offset, byteCount)));
        } catch (IOException e) {
            failed = e;
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (!discarded && failed == null) {
            receipt = Blocking.get(uploader.publish());
        } else if (!discarded) {
            checkFailed();
        }
    }

    @Override
    public void discard() {
        discarded = true;
    }

    @Override
    public Receipt receipt() {
        if (receipt == null) {
            throw new IllegalStateException("nothing was published under " + name);
        }
        return receipt;
    }

    private void checkFailed() throws IOException {
        if (failed != null) {
            throw new IOException("an earlier write to " + name + " failed", failed);
        }
    }
}
