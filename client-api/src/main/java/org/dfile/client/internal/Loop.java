package org.dfile.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Repeats an asynchronous step while it says true, without growing the stack. */
final class Loop {

    private final Supplier<CompletableFuture<Boolean>> step;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Loop(Supplier<CompletableFuture<Boolean>> step) {
        this.step = step;
    }

    static CompletableFuture<Void> whileTrue(Supplier<CompletableFuture<Boolean>> step) {
        Loop loop = new Loop(step);
        loop.run();
        return loop.end;
    }

    private void run() {
        while (true) {
            CompletableFuture<Boolean> next = takeStep();
            if (!next.isDone()) {
                Futures.atEnd(next, this::onStep);
                return;
            }
            if (next.isCompletedExceptionally()) {
                Futures.atEnd(next, this::onStep);
                return;
            }
            if (!next.join()) {
                end.complete(null);
                return;
            }
        }
    }

    private CompletableFuture<Boolean> takeStep() {
        try {
            return step.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void onStep(@Nullable Boolean more, @Nullable Throwable error) {
        if (error != null) {
            end.completeExceptionally(error);
        } else if (Boolean.TRUE.equals(more)) {
            run();
        } else {
            end.complete(null);
        }
    }
}
