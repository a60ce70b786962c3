package org.dfile.actors.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of one kind that a node holds, and keeps them under a limit. Whoever holds some has an {@link Account} of
 * it, so that what a crashed actor held is given back.
 */
public final class MemoryLimit {

    private final long limit;
    private final AtomicLong total = new AtomicLong();

    public MemoryLimit(long limit) {
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }

    public Account open() {
        return new Account();
    }

    /** The part of one holder. For any thread. */
    public final class Account {

        private long held;
        private boolean closed;

        /** Takes bytes, unless there would be more than the limit; none, and what is alone, is always taken. */
        public synchronized boolean tryAcquire(int byteCount) {
            long after = total.addAndGet(byteCount);
            boolean tooMuch = after > limit && after > byteCount && byteCount > 0;
            if (closed || tooMuch) {
                total.addAndGet(-byteCount);
                return false;
            }
            held += byteCount;
            return true;
        }

        /** Whether more than three quarters of the limit are taken, by whomever: the rest is for what can go on at once. */
        public boolean isCrowded() {
            return total.get() > limit / 4 * 3;
        }

        /** Returns the limit for all. */
        public long limit() {
            return limit;
        }

        public synchronized void release(int byteCount) {
            if (!closed) {
                held -= byteCount;
                total.addAndGet(-byteCount);
            }
        }

        /** Gives back all that is held; what is released later no longer counts. */
        public synchronized void close() {
            if (!closed) {
                closed = true;
                total.addAndGet(-held);
            }
        }
    }
}
