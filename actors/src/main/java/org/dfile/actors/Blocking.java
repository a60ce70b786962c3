package org.dfile.actors;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Runs work that blocks on the threads that are made for it. {@link StoreFailures#cause} tells why it failed. */
public final class Blocking {

    private Blocking() {}

    public static <T> CompletableFuture<T> run(Executor io, Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                io);
    }

    /** Runs work that goes on after it has returned. */
    public static <T> CompletableFuture<T> compose(Executor io, Callable<CompletionStage<T>> work) {
        return run(io, work).thenCompose(Function.identity());
    }
}
