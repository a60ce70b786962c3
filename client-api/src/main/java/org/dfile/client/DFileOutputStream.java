package org.dfile.client;

import java.io.IOException;
import java.io.OutputStream;
import org.dfile.model.Receipt;

/**
 * Writes a whole file from front to end. What is written is sent ahead; {@link #close} makes all of it the file's
 * content in one step, so nobody ever sees a part. Blocks while as much is under way as the client allows. Not for use
 * by several threads at once.
 *
 * <p>Failures are {@link IOException}s whose cause is a {@link DFileException}. After one, every further call fails and
 * {@link #close} publishes nothing. A stream that is never closed publishes nothing.
 */
public abstract class DFileOutputStream extends OutputStream {

    /** For the implementation. */
    protected DFileOutputStream() {}

    /** Does nothing: bytes can be seen, and are safe, only from {@link #close} on. */
    @Override
    public final void flush() {}

    /**
     * Publishes what was written, and returns when it is on disk. A second call does nothing.
     *
     * @throws IOException if it could not be published, or it is not known whether it was
     */
    @Override
    public abstract void close() throws IOException;

    /** Gives up: {@link #close} will publish nothing. For a {@code catch} block inside try-with-resources. */
    public abstract void discard();

    /**
     * Returns what {@link #close} did.
     *
     * @throws IllegalStateException if it has not published
     */
    public abstract Receipt receipt();
}
