package org.dfile.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Paces one long operation: at most {@code width} of its chunks are under way, each with its bytes taken from the
 * client's budget. After the first failure nothing new starts.
 */
final class Window {

    private final Budget budget;
    private final int width;
    private int inFlight;
    private @Nullable CompletableFuture<Void> room;
    private @Nullable CompletableFuture<Void> drained;
    private @Nullable Throwable failed;

    Window(Budget budget, int width) {
        this.budget = budget;
        this.width = width;
    }

    /**
     * Starts one chunk when its turn has come. The stage completes when it has been started and there is room for
     * another; it fails if this or an earlier chunk has failed. Call again only after that.
     */
    CompletableFuture<Void> start(int byteCount, Supplier<CompletableFuture<?>> chunk) {
        return budget.take(byteCount).thenCompose(granted -> {
            synchronized (this) {
                inFlight++;
            }
            CompletableFuture<?> running;
            try {
                running = failure() == null ? chunk.get() : CompletableFuture.completedFuture(null);
            } catch (RuntimeException e) {
                running = CompletableFuture.failedFuture(e);
            }
            Futures.atEnd(running, (result, error) -> onEnd(byteCount, error));
            return hasRoom();
        });
    }

    private synchronized CompletableFuture<Void> hasRoom() {
        if (failed != null) {
            return CompletableFuture.failedFuture(failed);
        }
        if (inFlight < width) {
            return CompletableFuture.completedFuture(null);
        }
        room = new CompletableFuture<>();
        return room;
    }

    /** Completes when nothing is under way any more; fails as the first failed chunk did. */
    synchronized CompletableFuture<Void> drained() {
        if (inFlight > 0) {
            drained = new CompletableFuture<>();
            return drained;
        }
        return failed == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failed);
    }

    private void onEnd(int byteCount, @Nullable Throwable error) {
        CompletableFuture<Void> free;
        CompletableFuture<Void> empty;
        Throwable first;
        synchronized (this) {
            inFlight--;
            failed = failed == null ? error : failed;
            first = failed;
            free = room;
            room = null;
            empty = inFlight == 0 ? drained : null;
            drained = inFlight == 0 ? null : drained;
        }
        budget.give(byteCount);
        settle(free, first);
        settle(empty, first);
    }

    private synchronized @Nullable Throwable failure() {
        return failed;
    }

    private static void settle(@Nullable CompletableFuture<Void> waiting, @Nullable Throwable error) {
        if (waiting == null) {
            return;
        }
        if (error == null) {
            waiting.complete(null);
        } else {
            waiting.completeExceptionally(error);
        }
    }
}
