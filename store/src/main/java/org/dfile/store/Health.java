package org.dfile.store;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the volume may still be used. The first failed write or fsync ends that for the life of the process (I12):
 * the pages that could not be written may be dropped by the kernel, so a second fsync that succeeds proves nothing.
 */
final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final AtomicReference<@Nullable PoisonedException> poison = new AtomicReference<>();
    private final Consumer<PoisonedException> onPoisoned;

    Health(Consumer<PoisonedException> onPoisoned) {
        this.onPoisoned = onPoisoned;
    }

    void check() throws PoisonedException {
        PoisonedException first = poison.get();
        if (first != null) {
            throw again(first);
        }
    }

    boolean poisoned() {
        return poison.get() != null;
    }

    /** Ends the use of the volume, tells whoever wants to know if this is the first failure, and returns what to throw. */
    PoisonedException poison(String what, Throwable cause) {
        PoisonedException failure = new PoisonedException(what + ": " + cause.getMessage(), cause);
        if (poison.compareAndSet(null, failure)) {
            LOG.error("volume poisoned, nothing more is served: {}", failure.getMessage(), cause);
            onPoisoned.accept(failure);
            return failure;
        }
        return again(failure);
    }

    /** A new exception for each call, since each is thrown on a thread of its own. */
    private static PoisonedException again(PoisonedException first) {
        return new PoisonedException(String.valueOf(first.getMessage()), first);
    }
}
