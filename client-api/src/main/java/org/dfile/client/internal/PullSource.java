package org.dfile.client.internal;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gives one element after the other. */
interface PullSource<T> {

    /** Returns the next element, or null at the end. Call again only after the stage has completed. */
    CompletableFuture<@Nullable T> next();
}
