package org.dfile.actors.memory;

import org.dfile.model.Limits;

/**
 * What may take which part of the heap. A limit in the settings that is higher is cut to it, so that all of them together
 * leave room for the rest of the node, however small its heap is.
 */
public enum HeapPart {

    /** Bytes in messages that have come in and that nobody has looked at yet. */
    ENTERING(16),

    /** Bytes in requests of clients, and asked for by their reads. */
    REQUESTS(4),

    /** Bytes that other hosts have sent and that are not on the disk yet. */
    PEER_MAIL(8),

    /**
     * Bytes that were sent to one other host, which has not said to have them. Where more than two of them hang at the same
     * time, all together take more than their share; but a common limit would have the dead hold up the living.
     */
    AHEAD_TO_ONE(16),

    /** Ranges that are being read for other hosts. */
    RANGES_GIVEN(16),

    /** The beginnings of all that is given to other hosts. */
    HEADS(32),

    /** Ranges that one of two, the open files and the slots, asked other hosts for. */
    RANGES_FETCHED(16);

    private final int divisor;

    HeapPart(int divisor) {
        this.divisor = divisor;
    }

    /** Returns a limit, cut to this part of the most heap that the process may have; not below one chunk. */
    public long cut(long byteCount) {
        return cut(byteCount, Runtime.getRuntime().maxMemory());
    }

    long cut(long byteCount, long heapBytes) {
        return Math.min(byteCount, Math.max(heapBytes / divisor, Limits.MAX_CHUNK_BYTES));
    }
}
