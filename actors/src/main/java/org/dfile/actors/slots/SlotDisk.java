package org.dfile.actors.slots;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.Blocking;
import org.dfile.actors.StoreFailures;
import org.dfile.protocol.SlotRequest;
import org.dfile.store.PoisonedException;

/**
 * What the slots have the volume do, on the threads for that; how it ended comes back to the actor's thread. Once the
 * volume is poisoned nothing comes back any more (I12).
 */
final class SlotDisk {

    /** A call has ended; the actor runs this. */
    record Done(Runnable then) implements SlotsMessage {}

    private final ActorContext<SlotRequest> context;
    private final Executor io;
    private final Consumer<Throwable> onPoisoned;
    private int underWay;

    SlotDisk(ActorContext<SlotRequest> context, Executor io, Consumer<Throwable> onPoisoned) {
        this.context = context;
        this.io = io;
        this.onPoisoned = onPoisoned;
    }

    /** Runs a call that blocks. */
    <T> void call(Callable<T> call, Consumer<T> then, Consumer<Throwable> failed) {
        run(() -> CompletableFuture.completedFuture(call.call()), then, failed);
    }

    /** Runs a call that may block and gives a stage. */
    <T> void run(Callable<CompletionStage<T>> call, Consumer<T> then, Consumer<Throwable> failed) {
        underWay++;
        context.pipeToSelf(
                Blocking.compose(io, call), (result, error) -> new Done(() -> done(result, error, then, failed)));
    }

    private <T> void done(T result, Throwable error, Consumer<T> then, Consumer<Throwable> failed) {
        underWay--;
        if (error == null) {
            then.accept(result);
            return;
        }
        Throwable cause = StoreFailures.cause(error);
        if (cause instanceof PoisonedException) {
            onPoisoned.accept(cause);
        } else {
            failed.accept(cause);
        }
    }

    boolean isIdle() {
        return underWay == 0;
    }
}
