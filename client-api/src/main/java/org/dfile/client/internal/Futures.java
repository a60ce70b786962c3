package org.dfile.client.internal;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What the JDK's stages lack. */
final class Futures {

    private Futures() {}

    /** Runs an action that does not throw at the end of a stage, where nobody waits for the action itself. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static <T extends @Nullable Object> void atEnd(
            CompletionStage<T> stage, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> action) {
        stage.whenComplete(action);
    }
}
