package org.dfile.actors;

import java.util.concurrent.atomic.AtomicLong;
import org.dfile.protocol.FileRequest;

/**
 * Counts the bytes of all requests that the node has accepted and not yet answered, and keeps them under a limit. Each
 * file has an {@link Account} of it, so that what a crashed actor held is given back.
 */
final class InFlightBytes {

    private final long limit;
    private final AtomicLong total = new AtomicLong();

    InFlightBytes(long limit) {
        this.limit = limit;
    }

    long limit() {
        return limit;
    }

    Account open() {
        return new Account();
    }

    /** Returns what a request counts for: the bytes that it brings or asks for. */
    static int of(FileRequest request) {
        if (request instanceof FileRequest.Read read) {
            return read.byteCount();
        }
        if (request instanceof FileRequest.Apply apply) {
            return apply.change().bytes().byteCount();
        }
        return request instanceof FileRequest.Stage stage ? stage.bytes().byteCount() : 0;
    }

    /** The part of one file. Used by the server, the file's actor and its tasks. */
    final class Account {

        private long held;
        private boolean closed;

        /** Accepts bytes, unless the node would have more than its limit; a request alone is always accepted. */
        synchronized boolean tryAcquire(int byteCount) {
            long after = total.addAndGet(byteCount);
            if (closed || (after > limit && after > byteCount)) {
                total.addAndGet(-byteCount);
                return false;
            }
            held += byteCount;
            return true;
        }

        synchronized void release(int byteCount) {
            if (!closed) {
                held -= byteCount;
                total.addAndGet(-byteCount);
            }
        }

        /** Gives back all that is held; what is released later no longer counts. */
        synchronized void close() {
            if (!closed) {
                closed = true;
                total.addAndGet(-held);
            }
        }
    }
}
