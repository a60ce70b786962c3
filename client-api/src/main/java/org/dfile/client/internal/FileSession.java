package org.dfile.client.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link ChangeLine} of one file: brings it answers and time, sends what it wants sent. Attempts leave under its
 * lock, so in the order of their numbers; results are handed out after the lock is let go.
 */
final class FileSession implements ChangeLine.Effects {

    private static final Logger LOG = LoggerFactory.getLogger(FileSession.class);

    private final FileName name;
    private final Exchange exchange;
    private final Duration deadline;
    private final ChangeLine line;
    private final Route route;
    private @Nullable Host current;
    private List<Runnable> results = new ArrayList<>(1);
    private long lastTick;

    FileSession(FileName name, Exchange exchange, Backoff backoff, Duration deadline, Supplier<SessionId> sessionIds) {
        this.name = name;
        this.exchange = exchange;
        this.deadline = deadline;
        this.route = exchange.route(name);
        this.line = new ChangeLine(sessionIds, backoff, this);
    }

    /** @param renewal makes another change with the same effect, if the bytes sent ahead for this one are lost */
    CompletableFuture<Receipt> submit(Change change, @Nullable Supplier<CompletableFuture<Change>> renewal) {
        long now = System.nanoTime();
        PendingChange pending = new PendingChange(change, now + deadline.toNanos(), renewal);
        exchange.probe(name, now);
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
            if (results.isEmpty()) {
                return; // another thread may fill it any moment, and runs what it put there itself
            }
            now = results;
            results = new ArrayList<>(1);
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
        Attempts attempts = new Attempts(change);
        Call call = new Call.Apply(name, stamp, change.change);
        Host host = host(change);
        change.sentTo = host;
        return change.attempts == 1 ? exchange.send(attempts, host, call) : exchange.sendAgain(attempts, host, call);
    }

    /** All changes go to one host, so that they arrive in order, until it is silent or cannot serve them. */
    private Host host(PendingChange change) {
        Host known = current;
        if (known == null || (change.attempts == 1 && line.isAlone(change))) {
            route.restart();
            known = route.next();
            current = known;
        }
        return known;
    }

    @Override
    public int hosts() {
        return route.size();
    }

    @Override
    public void elsewhere(PendingChange change, boolean silent) {
        Host from = change.sentTo;
        if (from == null) {
            return;
        }
        if (silent) {
            exchange.silent(from, System.nanoTime());
        }
        if (from.equals(current)) { // else another change has left it already
            current = route.next();
        }
    }

    @Override
    public void renew(PendingChange change) {
        Supplier<CompletableFuture<Change>> renewal = Objects.requireNonNull(change.renewal);
        results.add(() -> Futures.atEnd(
                CompletableFuture.completedFuture(name).thenCompose(any -> renewal.get()),
                (anew, error) -> inLine(() -> {
                    long now = System.nanoTime();
                    if (anew != null) {
                        line.renewed(change, anew, now + deadline.toNanos(), now);
                    } else {
                        line.notRenewed(change, failureOf(change, error), now);
                    }
                })));
    }

    /** By a bug the bytes are not sent again; then it stays as the host said: they are lost. */
    private Failure failureOf(PendingChange change, @Nullable Throwable error) {
        return DFileException.failureOf(Objects.requireNonNull(error)).orElseGet(() -> {
            LOG.error("{}: staged bytes were not sent again", name, error);
            return Objects.requireNonNull(change.lastRefusal);
        });
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
        Host host = change.sentTo == null ? host(change) : change.sentTo;
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
