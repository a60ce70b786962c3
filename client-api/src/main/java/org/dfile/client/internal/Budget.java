package org.dfile.client.internal;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * How many calls and file bytes one client has under way. A single request that does not fit is refused at once; the
 * chunks of a long operation wait in line instead, a bounded number per operation ({@link Window}).
 */
final class Budget {

    private record Turn(int byteCount, CompletableFuture<Void> granted) {}

    private final long maxBytes;
    private final int maxCalls;
    private final ArrayDeque<Turn> line = new ArrayDeque<>();
    private long bytes;
    private int calls;
    private @Nullable Failure closed;

    Budget(long maxBytes, int maxCalls) {
        this.maxBytes = maxBytes;
        this.maxCalls = maxCalls;
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Takes one call and its bytes, or says why not. */
    synchronized @Nullable Failure enter(long byteCount) {
        if (calls >= maxCalls) {
            return new Failure.ClientBusy("calls", maxCalls);
        }
        if (byteCount > maxBytes - bytes) {
            return new Failure.ClientBusy("bytes", maxBytes);
        }
        calls++;
        bytes += byteCount;
        return null;
    }

    void leave(long byteCount) {
        synchronized (this) {
            calls--;
        }
        give(byteCount);
    }

    /** Takes the bytes of one chunk as soon as there is room, first come first served. */
    synchronized CompletableFuture<Void> take(int byteCount) {
        if (closed != null) {
            return CompletableFuture.failedFuture(new DFileException(closed));
        }
        if (line.isEmpty() && byteCount <= maxBytes - bytes) {
            bytes += byteCount;
            return CompletableFuture.completedFuture(null);
        }
        Turn turn = new Turn(byteCount, new CompletableFuture<>());
        line.addLast(turn);
        return turn.granted;
    }

    void give(long byteCount) {
        if (byteCount == 0) {
            return;
        }
        synchronized (this) {
            bytes -= byteCount;
        }
        for (Turn next = grant(); next != null; next = grant()) {
            next.granted.complete(null);
        }
    }

    private synchronized @Nullable Turn grant() {
        Turn next = line.peekFirst();
        if (next == null || next.byteCount > maxBytes - bytes) {
            return null;
        }
        bytes += next.byteCount;
        return line.removeFirst();
    }

    /** Fails those who wait, and those who come to wait. */
    void close(Failure failure) {
        ArrayDeque<Turn> all;
        synchronized (this) {
            closed = failure;
            all = new ArrayDeque<>(line);
            line.clear();
        }
        all.forEach(turn -> turn.granted.completeExceptionally(new DFileException(failure)));
    }

    synchronized long bytesInFlight() {
        return bytes;
    }

    synchronized int callsInFlight() {
        return calls;
    }
}
