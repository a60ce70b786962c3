package org.dfile.manager.console;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;

/** Why something failed, in one line for people. */
public final class Reasons {

    private Reasons() {}

    /** Returns what the failure of a client says; of anything else what it is, without what a stage wraps it in. */
    public static String of(Throwable error) {
        return DFileException.failureOf(error)
                .map(Failure::message)
                .orElseGet(() -> unwrapped(error).toString());
    }

    private static Throwable unwrapped(Throwable error) {
        Throwable e = error;
        while ((e instanceof CompletionException || e instanceof ExecutionException) && e.getCause() != null) {
            e = e.getCause();
        }
        return e;
    }
}
