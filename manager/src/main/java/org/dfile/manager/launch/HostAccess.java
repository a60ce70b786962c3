package org.dfile.manager.launch;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Hands on one host. Blocks; used by one thread at a time. Paths are those of the host, absolute or relative to the home
 * folder of its user.
 */
public interface HostAccess extends AutoCloseable {

    /** Most bytes that a command may print. */
    int MAX_OUTPUT_BYTES = 1 << 20;

    /** For files that hold nothing secret. */
    int READABLE = 0644;

    /** For files that only their owner may read. */
    int PRIVATE = 0600;

    /**
     * What a command left behind.
     *
     * @param output what it printed, on both streams
     */
    record Result(int exitCode, String output) {
        public boolean ok() {
            return exitCode == 0;
        }
    }

    /**
     * Runs a script of the POSIX shell; it is handed over on standard input, so nothing of it shows in a list of
     * processes.
     *
     * @throws AccessException if it did not end in time, or printed more than {@link #MAX_OUTPUT_BYTES}
     */
    Result run(String script) throws IOException;

    /** Writes a small file. Readers see the old content or the new, whole. */
    void write(String path, byte[] content, int mode) throws IOException;

    /** Copies a file of this machine to the host. Readers see the old content or the new, whole. */
    void upload(Path source, String path) throws IOException;

    @Override
    void close();
}
