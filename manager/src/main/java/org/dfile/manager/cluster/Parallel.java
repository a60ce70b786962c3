package org.dfile.manager.cluster;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Blocking work on many hosts at the same time, on so many threads at most. */
final class Parallel {

    private Parallel() {}

    /** Applies {@code work} to each and returns the results in order. Waits for all, also if one throws. */
    static <T, R> List<R> map(List<T> items, int threads, Function<T, R> work) {
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, items.size())), task -> {
            Thread thread = new Thread(task, "dfile-host");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<CompletableFuture<R>> results = items.stream()
                    .map(item -> CompletableFuture.supplyAsync(() -> work.apply(item), executor))
                    .toList();
            CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
                    .exceptionally(error -> null) // thrown below, once all have ended
                    .join();
            return results.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        } finally {
            executor.shutdown();
        }
    }
}
