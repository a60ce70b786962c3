package org.dfile.client.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A call that may be executed more than once without harm: asked again on silence and on refusals that pass, until an
 * answer comes or the deadline is over.
 */
final class Question implements Exchange.Asker {

    private final Exchange exchange;
    private final Backoff backoff;
    private final Call call;
    private final IntFunction<Host> hostForAttempt;
    private final long deadline;
    private final Duration patience;
    private final CompletableFuture<WireMessage> answer = new CompletableFuture<>();
    private final List<Long> ids = new ArrayList<>(1);
    private int attempts;
    private long resendAt;
    private boolean damagedBefore;
    private boolean finished;
    private @Nullable Host lastHost;
    private @Nullable Failure lastRefusal;

    Question(
            Exchange exchange,
            Backoff backoff,
            Call call,
            IntFunction<Host> hostForAttempt,
            long now,
            Duration patience) {
        this.exchange = exchange;
        this.backoff = backoff;
        this.call = call;
        this.hostForAttempt = hostForAttempt;
        this.deadline = now + patience.toNanos();
        this.patience = patience;
    }

    /** Sends the first attempt. */
    CompletableFuture<WireMessage> ask(long now) {
        if (exchange.isClosed()) {
            onClose();
        } else {
            send(now);
            if (exchange.isClosed()) {
                onClose();
            }
        }
        return answer;
    }

    private synchronized void send(long now) {
        if (!finished) {
            attempts++;
            resendAt = now + backoff.afterSilence(attempts);
            lastHost = hostForAttempt.apply(attempts);
            ids.add(attempts == 1 ? exchange.send(this, lastHost, call) : exchange.sendAgain(this, lastHost, call));
        }
    }

    @Override
    public void onReply(long id, WireMessage reply) {
        if (reply instanceof FileReply.Failed failed) {
            onFailure(failed.failure());
        } else if (reply instanceof ListReply.ListFailed failed) {
            onFailure(failed.failure());
        } else if (reply instanceof FileReply.Contents contents
                && !contents.bytes().intact()) {
            onDamaged(contents);
        } else {
            finish(reply, null);
        }
    }

    private void onFailure(Failure failure) {
        if (Verdict.of(failure) == Verdict.LATER) {
            synchronized (this) {
                lastRefusal = failure;
                resendAt = System.nanoTime() + backoff.afterRefusal(attempts);
            }
        } else {
            finish(null, failure);
        }
    }

    /** Damaged on the way, or before: asked once more, then reported (I14). */
    private void onDamaged(FileReply.Contents contents) {
        boolean again;
        Host host;
        synchronized (this) {
            again = !damagedBefore;
            damagedBefore = true;
            host = lastHost;
        }
        if (again) {
            send(System.nanoTime());
        } else if (host != null && call instanceof Call.Read read) {
            String reason = "the bytes that arrived do not match their checksum, twice";
            finish(null, new Failure.CorruptData(host.id(), read.name(), contents.offset(), reason));
        }
    }

    @Override
    public void onTick(long now) {
        Failure late;
        synchronized (this) {
            if (finished) {
                return;
            }
            late = now - deadline >= 0 ? lateness() : null;
        }
        if (late != null) {
            finish(null, late);
        } else if (now - resendAt() >= 0) {
            send(now);
        }
    }

    private synchronized long resendAt() {
        return resendAt;
    }

    private Failure lateness() {
        if (lastRefusal != null) {
            return lastRefusal;
        }
        Host host = lastHost == null ? hostForAttempt.apply(1) : lastHost;
        return new Failure.TimedOut(call.what(), host.id(), host.address(), patience);
    }

    @Override
    public void onClose() {
        finish(null, new Failure.ClientClosed(call.what()));
    }

    private void finish(@Nullable WireMessage reply, @Nullable Failure failure) {
        synchronized (this) {
            if (finished) {
                return;
            }
            finished = true;
            ids.forEach(exchange::forget);
        }
        if (failure != null) {
            answer.completeExceptionally(new DFileException(failure));
        } else {
            answer.complete(reply);
        }
    }
}
