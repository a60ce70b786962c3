package org.dfile.client.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dfile.client.DFileException;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * Runs the {@link ChangeLine} of one file: brings it answers and time, sends what it wants sent. Attempts leave under its
 * lock, so in the order of their numbers; results are handed out after the lock is let go.
 */
final class FileSession implements ChangeLine.Effects {

    private final FileName name;
    private final Exchange exchange;
    private final Duration deadline;
    private final ChangeLine line;
    private List<Runnable> results = new ArrayList<>(1);
    private long lastTick;

    FileSession(FileName name, Exchange exchange, Backoff backoff, Duration deadline, Supplier<SessionId> sessionIds) {
        this.name = name;
        this.exchange = exchange;
        this.deadline = deadline;
        this.line = new ChangeLine(sessionIds, backoff, this);
    }

    CompletableFuture<Receipt> submit(Change change) {
        long now = System.nanoTime();
        PendingChange pending = new PendingChange(change, now + deadline.toNanos());
        inLine(() -> line.submit(pending, now));
        if (exchange.isClosed()) {
            close();
        }
        return pending.answer;
    }

    private void close() {
        inLine(() -> line.close(new Failure.ClientClosed("changes of " + name)));
    }

    private void inLine(Runnable step) {
        List<Runnable> now;
        synchronized (this) {
            step.run();
            now = results;
            if (!now.isEmpty()) {
                results = new ArrayList<>(1);
            }
        }
        now.forEach(Runnable::run);
    }

    private void tick(long now) {
        inLine(() -> {
            if (now != lastTick) {
                lastTick = now;
                line.onTick(now);
            }
        });
    }

    /** One change as the exchange knows it. */
    private final class Attempts implements Exchange.Asker {

        private final PendingChange change;

        Attempts(PendingChange change) {
            this.change = change;
        }

        @Override
        public void onReply(long id, WireMessage reply) {
            if (reply instanceof FileReply fileReply) {
                inLine(() -> line.onReply(change, id, fileReply, System.nanoTime()));
            }
        }

        @Override
        public void onTick(long now) {
            tick(now);
        }

        @Override
        public void onClose() {
            close();
        }
    }

    // -- effects, all under the lock

    @Override
    public long send(PendingChange change, Stamp stamp) {
        Host host = exchange.members().hostFor(name, change.attempts);
        Attempts attempts = new Attempts(change);
        Call call = new Call.Apply(name, stamp, change.change);
        return change.attempts == 1 ? exchange.send(attempts, host, call) : exchange.sendAgain(attempts, host, call);
    }

    @Override
    public void done(PendingChange change, Receipt receipt) {
        finish(change, receipt, null);
    }

    @Override
    public void failed(PendingChange change, Failure failure) {
        finish(change, null, failure);
    }

    @Override
    public void timedOut(PendingChange change) {
        Host host = exchange.members().hostFor(name, Math.max(1, change.attempts));
        String what = Call.describe(name, change.change);
        finish(change, null, new Failure.TimedOut(what, host.id(), host.address(), deadline));
    }

    private void finish(PendingChange change, @Nullable Receipt receipt, @Nullable Failure failure) {
        change.ids.forEach(exchange::forget);
        results.add(() -> {
            if (failure != null) {
                change.answer.completeExceptionally(new DFileException(failure));
            } else {
                change.answer.complete(receipt);
            }
        });
    }
}
