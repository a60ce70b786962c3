package org.dfile.client.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waiting, for the streams of {@code java.io}. */
final class Blocking {

    private Blocking() {}

    static <T> T get(CompletableFuture<T> stage) throws IOException {
        try {
            return stage.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            Throwable reason = Callbacks.unwrap(e.getCause() == null ? e : e.getCause());
            throw new IOException(reason.getMessage(), reason);
        }
    }
}
