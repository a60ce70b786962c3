package org.dfile.client.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The border between the client's threads and the caller's: stages complete on the caller's executor. */
record Callbacks(Executor executor) {

    <T> CompletionStage<T> handOut(CompletableFuture<T> inner) {
        CompletableFuture<T> outer = new CompletableFuture<>();
        Futures.atEnd(inner, (value, error) -> run(() -> settle(outer, value, error)));
        return outer;
    }

    /** Runs on the executor; here and now if that no longer takes anything, so that nobody waits for ever. */
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    private static <T> void settle(CompletableFuture<T> outer, T value, @Nullable Throwable error) {
        if (error == null) {
            outer.complete(value);
        } else {
            outer.completeExceptionally(unwrap(error));
        }
    }

    static Throwable unwrap(Throwable error) {
        Throwable e = error;
        while (e instanceof CompletionException && e.getCause() != null) {
            e = e.getCause();
        }
        return e;
    }
}
