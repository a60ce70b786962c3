package org.dfile.actors.transfer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Hands what has arrived to a sink on the disk threads, one range at a time: a sink is of one thread at a time. */
final class Keeper {

    private final Executor io;
    private final Consumer<StoreException> notGivenBack;
    private @Nullable Sink sink;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private boolean busy;

    /** @param notGivenBack told, by any thread, if what was kept in vain could not be given back */
    Keeper(Executor io, Consumer<StoreException> notGivenBack) {
        this.io = io;
        this.notGivenBack = notGivenBack;
    }

    /** From now on the sink is this one's to be given up. */
    void begin(Sink to) {
        sink = to;
    }

    boolean isBusy() {
        return busy;
    }

    /** Begins to keep a range; {@link #kept} is to be called when that has ended well. */
    CompletableFuture<Void> keep(Sink to, RangeWindow.Arrived arrived) {
        busy = true;
        last = CompletableFuture.runAsync(
                () -> {
                    try {
                        to.keep(arrived.range(), arrived.bytes());
                    } catch (StoreException e) {
                        throw new CompletionException(e);
                    }
                },
                io);
        return last;
    }

    void kept() {
        busy = false;
    }

    /** All is kept, and somebody else's. */
    void handOver() {
        sink = null;
    }

    /** Gives back what was kept, if nobody has it, after what is being kept. */
    void giveUp() {
        Sink left = sink;
        if (left != null) {
            sink = null;
            last = last.whenCompleteAsync((done, error) -> giveUp(left), io);
        }
    }

    private void giveUp(Sink left) {
        try {
            left.giveUp();
        } catch (StoreException e) {
            notGivenBack.accept(e);
        }
    }
}
