package org.dfile.client.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;
import org.jspecify.annotations.Nullable;

/**
 * A call that may be executed more than once without harm: asked again on silence and on refusals that pass, of one host
 * after the other, until an answer comes or the deadline is over. A read does not wait that long before the next host is
 * asked as well; the first good answer counts.
 */
final class Question implements Exchange.Asker {

    /** Another host is asked only after silence. */
    static final long NEVER = Long.MAX_VALUE;

    /** An attempt that was not answered yet. */
    private record Attempt(Host host, long sentAt) {}

    private final Exchange exchange;
    private final Backoff backoff;
    private final Call call;
    private final Route route;
    private final long elsewhereNanos;
    private final Duration patience;
    private final CompletableFuture<WireMessage> answer = new CompletableFuture<>();

    // Guarded by this.
    private final Map<Long, Attempt> attempts = new LinkedHashMap<>(4);
    private final Set<Long> ids = new HashSet<>(4);
    private final Set<HostId> unable = new HashSet<>(4);
    private long deadline;
    private long resendAt;
    private long elsewhereAt;
    private int timesDamaged;
    private boolean finished;
    private @Nullable Host lastHost;
    private @Nullable Failure lastRefusal;

    /** @param elsewhereNanos after how long without an answer the next host is asked as well, or {@link #NEVER} */
    Question(Exchange exchange, Backoff backoff, Call call, Route route, long elsewhereNanos, Duration patience) {
        this.exchange = exchange;
        this.backoff = backoff;
        this.call = call;
        this.route = route;
        this.elsewhereNanos = elsewhereNanos;
        this.patience = patience;
    }

    /** Sends the first attempt. */
    CompletableFuture<WireMessage> ask(long now) {
        if (exchange.isClosed()) {
            onClose();
        } else {
            synchronized (this) {
                if (!finished) { // it may have been given up before
                    deadline = now + patience.toNanos();
                    send(now);
                }
            }
            if (exchange.isClosed()) {
                onClose();
            }
        }
        return answer;
    }

    private void send(long now) {
        Host host = route.next();
        int round = 1 + ids.size() / route.size();
        long id = ids.isEmpty() ? exchange.send(this, host, call) : exchange.sendAgain(this, host, call);
        ids.add(id);
        attempts.put(id, new Attempt(host, now));
        lastHost = host;
        resendAt = now + backoff.afterSilence(round);
        elsewhereAt = route.isAtEnd() || elsewhereNanos == NEVER ? resendAt : now + elsewhereNanos;
    }

    // -- answers

    @Override
    public void onReply(long id, WireMessage reply) {
        Attempt attempt;
        synchronized (this) {
            attempt = attempts.remove(id);
        }
        if (attempt == null) {
            return; // answered before
        }
        if (reply instanceof FileReply.Failed failed) {
            onFailure(attempt, failed.failure());
        } else if (reply instanceof ListReply.ListFailed failed) {
            onFailure(attempt, failed.failure());
        } else if (reply instanceof FileReply.Contents contents
                && !contents.bytes().intact()) {
            onDamaged(attempt, contents);
        } else {
            markSlowOnes(attempt);
            finish(reply, null);
        }
    }

    private void onFailure(Attempt attempt, Failure failure) {
        Verdict verdict = Verdict.of(failure);
        switch (verdict) {
            case LATER, ELSEWHERE -> {
                synchronized (this) {
                    waitAfter(failure);
                }
            }
            case ONLY_ELSEWHERE, DOUBTFUL -> onUnable(attempt, failure);
            default -> finish(null, failure);
        }
    }

    private void waitAfter(Failure refusal) {
        lastRefusal = refusal;
        resendAt = System.nanoTime() + backoff.afterRefusal(ids.size());
        elsewhereAt = resendAt;
    }

    /** This host will say the same again; if all do, that is the answer. */
    private void onUnable(Attempt attempt, Failure failure) {
        boolean all;
        synchronized (this) {
            unable.add(attempt.host().id());
            all = unable.size() >= route.size();
            if (!all && !finished) {
                waitAfter(failure);
                if (!route.isAtEnd()) {
                    send(System.nanoTime());
                }
            }
        }
        if (all) {
            finish(null, failure);
        }
    }

    /** Damaged on the way, or before: asked once more, of each host at least once, then reported (I14). */
    private void onDamaged(Attempt attempt, FileReply.Contents contents) {
        boolean again;
        synchronized (this) {
            timesDamaged++;
            again = timesDamaged <= route.size();
            if (again && !finished) {
                send(System.nanoTime());
            }
        }
        if (!again && call instanceof Call.Read read) {
            String reason = "the bytes that arrived do not match their checksum, " + timesDamaged + " times";
            finish(null, new Failure.CorruptData(attempt.host().id(), read.name(), contents.offset(), reason));
        }
    }

    /** Those that were asked long before and have not answered are asked last from now on. */
    private synchronized void markSlowOnes(Attempt answered) {
        for (Attempt other : attempts.values()) {
            if (elsewhereNanos != NEVER && answered.sentAt() - other.sentAt() >= elsewhereNanos) {
                exchange.silent(other.host(), answered.sentAt());
            }
        }
    }

    // -- time

    @Override
    public void onTick(long now) {
        Failure late = null;
        synchronized (this) {
            if (finished) {
                return;
            }
            if (now - deadline >= 0) {
                late = lateness();
            } else if (now - resendAt >= 0) {
                markSilentOnes(now);
                send(now);
            } else if (now - elsewhereAt >= 0) {
                send(now);
            }
        }
        if (late != null) {
            finish(null, late);
        }
    }

    private void markSilentOnes(long now) {
        for (Attempt attempt : attempts.values()) {
            if (now - attempt.sentAt() >= backoff.silence() / 2) { // one sent just now has had no chance to be answered
                exchange.silent(attempt.host(), now);
            }
        }
    }

    private Failure lateness() {
        Host host = Objects.requireNonNull(lastHost, "nothing was sent");
        return lastRefusal != null
                ? lastRefusal
                : new Failure.TimedOut(call.what(), host.id(), host.address(), patience);
    }

    @Override
    public void onClose() {
        finish(null, new Failure.ClientClosed(call.what()));
    }

    /** Nobody wants the answer any more. */
    void giveUp() {
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
