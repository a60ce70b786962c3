package org.dfile.client;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.dfile.model.Failure;

/**
 * The one exception with which stages of this package complete; {@link #failure} says why, as one of a closed set of
 * reasons, and whether the change is known not to have been made.
 *
 * <p>As the JDK has it, {@code join()} throws it as the cause of a {@link CompletionException}, {@code get()} as the
 * cause of an {@link ExecutionException}, and stages that depend on a failed one may see it wrapped: {@link #failureOf}
 * looks through all of these.
 */
public final class DFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public DFileException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public DFileException(Failure failure, Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }

    /** Returns the failure that an exception carries, itself or as its cause; empty if it carries none. */
    public static Optional<Failure> failureOf(Throwable error) {
        for (Throwable e = error; e != null; e = e.getCause()) {
            if (e instanceof DFileException dfile) {
                return Optional.of(dfile.failure);
            }
        }
        return Optional.empty();
    }
}
