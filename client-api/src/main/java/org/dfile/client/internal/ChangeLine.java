package org.dfile.client.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.dfile.protocol.FileReply;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one client to one file: their numbers, their order, and what an answer or its absence means (I8). No
 * clock, no I/O, no randomness, no threads: equal inputs give equal effects. Times are nanoseconds of one clock.
 *
 * <p>At most {@link Limits#SESSION_WINDOW} changes are outstanding, only one until the file has taken the session; the
 * others wait in call order (the client's budget bounds how many). A change ends in one of these ways:
 *
 * <ul>
 *   <li>acknowledged or judged: the number is used up;
 *   <li>refused as not executed, by the answer to its only attempt in doubt: definite;
 *   <li>unknown: no answer that settles it came before its deadline.
 * </ul>
 *
 * After the last two the number is <em>given up</em>: later changes carry a {@code first} above it, which closes it for
 * ever, and go on without it.
 *
 * <p>A change whose staged bytes were lost is made anew under its number: whichever of the two is executed first, the file
 * has one of them, and both have the same effect.
 */
final class ChangeLine {

    /** How often one change is tried again in a new session, before the loss is reported. */
    private static final int MAX_SESSIONS_LOST = 3;

    /** What the line asks of its surroundings. */
    interface Effects {
        /** Sends one attempt and returns its id. */
        long send(PendingChange change, Stamp stamp);

        void done(PendingChange change, Receipt receipt);

        void failed(PendingChange change, Failure failure);

        void timedOut(PendingChange change);

        /** Returns how many hosts there are to send to, one after the other. */
        int hosts();

        /** The host that had the last attempt did not answer, or cannot: the next one is to go to another. */
        void elsewhere(PendingChange change, boolean silent);

        /** Has the change made anew, as it can be; {@link #renewed} or {@link #notRenewed}. */
        void renew(PendingChange change);
    }

    private final Supplier<SessionId> sessionIds;
    private final Backoff backoff;
    private final Effects effects;
    private final ArrayDeque<PendingChange> waiting = new ArrayDeque<>();
    private final ArrayDeque<PendingChange> outstanding = new ArrayDeque<>();
    private SessionId session;
    private long nextNumber = 1;
    private FileVersion known = FileVersion.NONE;
    private boolean proven;
    private boolean gapAtEnd;

    ChangeLine(Supplier<SessionId> sessionIds, Backoff backoff, Effects effects) {
        this.sessionIds = sessionIds;
        this.session = sessionIds.get();
        this.backoff = backoff;
        this.effects = effects;
    }

    boolean isIdle() {
        return outstanding.isEmpty() && waiting.isEmpty();
    }

    /** Whether nothing but this change has been sent and is not settled. */
    boolean isAlone(PendingChange change) {
        return outstanding.size() == 1 && outstanding.peekFirst() == change;
    }

    void submit(PendingChange change, long now) {
        waiting.add(change);
        admit(now);
    }

    void onReply(PendingChange change, long id, FileReply reply, long now) {
        boolean firstAnswer = change.unanswered.remove(id);
        if (change.finished || isOfEarlierMaking(change, id, reply)) {
            return;
        }
        if (firstAnswer && isDoubtful(reply)) {
            change.unanswered.add(id); // it is in doubt as if there were no answer, and others can say more
        }
        if (reply instanceof FileReply.Changed changed) {
            onChanged(change, changed.receipt(), now);
        } else if (reply instanceof FileReply.Failed failed
                && (firstAnswer || failed.failure() instanceof Failure.Judged)) {
            onFailed(change, failed.failure(), now);
        } else if (firstAnswer) {
            onFailed(
                    change,
                    new Failure.Malformed("a " + reply.getClass().getSimpleName() + " in answer to a change"),
                    now);
        }
    }

    /** Whether an attempt found bytes lost that are sent anew already; a host that restarts may answer several at once. */
    private static boolean isOfEarlierMaking(PendingChange change, long id, FileReply reply) {
        return reply instanceof FileReply.Failed failed
                && failed.failure() instanceof Failure.StageLost
                && change.isMadeAnewSince(id);
    }

    private boolean isDoubtful(FileReply reply) {
        return effects.hosts() > 1
                && reply instanceof FileReply.Failed failed
                && Verdict.of(failed.failure()) == Verdict.DOUBTFUL;
    }

    /** Looks at deadlines and silences. */
    void onTick(long now) {
        // First those without a number: what is given up below makes room, and nobody late should take it.
        for (PendingChange tooLate : lateAmongWaiting(now)) {
            waiting.remove(tooLate);
            tooLate.finished = true;
            effects.timedOut(tooLate);
        }
        List<PendingChange> late = outstanding.stream()
                .filter(change -> !change.renewing && now - change.deadline >= 0)
                .toList();
        late.forEach(change -> closeNumber(change, change.unanswered.isEmpty() ? change.lastRefusal : null));
        if (!late.isEmpty()) {
            goOn(now);
        }
        outstanding.stream()
                .filter(change -> !change.returned && !change.renewing && now - change.resendAt >= 0)
                .forEach(change -> sendAgain(change, now));
    }

    /** They wait in the order of their deadlines, but for those that were made anew: these have their time again. */
    private List<PendingChange> lateAmongWaiting(long now) {
        List<PendingChange> late = new ArrayList<>();
        for (PendingChange change : waiting) {
            if (now - change.deadline >= 0) {
                late.add(change);
            } else if (change.renewals == 0) {
                break;
            }
        }
        return late;
    }

    private void sendAgain(PendingChange change, long now) {
        if (change.silent) {
            effects.elsewhere(change, true);
        }
        send(change, now);
    }

    /** A change was made anew: it has its time again. */
    void renewed(PendingChange change, Change anew, long deadline, long now) {
        if (!change.finished) {
            change.madeAnew(anew, deadline);
            if (change.returned) {
                goOn(now); // its session was lost meanwhile
            } else {
                send(change, now);
            }
        }
    }

    /** It could not be made anew. If an earlier attempt has no answer, nobody knows of that one. */
    void notRenewed(PendingChange change, Failure failure, long now) {
        if (!change.finished) {
            closeNumber(change, change.unanswered.isEmpty() ? failure : null);
            goOn(now);
        }
    }

    /** Ends every change with the same failure. */
    void close(Failure failure) {
        List<PendingChange> all = new ArrayList<>(outstanding);
        all.addAll(waiting);
        outstanding.clear();
        waiting.clear();
        for (PendingChange change : all) {
            change.finished = true;
            effects.failed(change, failure);
        }
    }

    // -- answers

    private void onChanged(PendingChange change, Receipt receipt, long now) {
        learn(receipt.version());
        proven = true;
        remove(change);
        effects.done(change, receipt);
        goOn(now);
    }

    private void learn(FileVersion version) {
        known = known.compareTo(version) >= 0 ? known : version;
    }

    private void onFailed(PendingChange change, Failure failure, long now) {
        if (failure instanceof Failure.StageLost && change.mayBeMadeAnew()) {
            change.beMadeAnew();
            change.lastRefusal = failure;
            effects.renew(change);
            return;
        }
        switch (Verdict.of(failure)) {
            case JUDGED -> {
                proven = true;
                remove(change);
                effects.failed(change, failure);
                goOn(now);
            }
            case LATER -> waitAfter(change, failure, now);
            case ELSEWHERE -> waitAndGoElsewhere(change, failure, now);
            case ONLY_ELSEWHERE -> {
                if (effects.hosts() > 1) {
                    waitAndGoElsewhere(change, failure, now);
                } else {
                    onRefused(change, failure, now);
                }
            }
            case DOUBTFUL -> {
                if (effects.hosts() > 1) {
                    waitAndGoElsewhere(change, failure, now);
                } else {
                    giveUp(change, failure, now);
                }
            }
            case REFUSED -> onRefused(change, failure, now);
            case UNKNOWN -> giveUp(change, failure, now);
            case SESSION_LOST -> onSessionLost(change, (Failure.SessionLost) failure, now);
        }
    }

    private void onRefused(PendingChange change, Failure failure, long now) {
        if (change.unanswered.isEmpty()) {
            giveUp(change, failure, now);
        } else {
            waitAfter(change, failure, now); // an earlier attempt may have been, or be, executed
        }
    }

    private void waitAndGoElsewhere(PendingChange change, Failure failure, long now) {
        effects.elsewhere(change, false);
        waitAfter(change, failure, now);
    }

    private void waitAfter(PendingChange change, Failure failure, long now) {
        change.silent = false;
        change.lastRefusal = failure;
        change.resendAt = now + backoff.afterRefusal(change.attempts);
    }

    /** This attempt was not executed. If it was the only one, the change goes out again in a new session. */
    private void onSessionLost(PendingChange change, Failure.SessionLost lost, long now) {
        if (!change.unanswered.isEmpty() || change.sessionsLost == MAX_SESSIONS_LOST) {
            giveUp(change, lost, now);
            return;
        }
        change.returned = true;
        change.sessionsLost++;
        learn(lost.version());
        goOn(now);
    }

    /** When all that is outstanding has come back, nothing of the old session can be executed any more. */
    private void startNewSession() {
        session = sessionIds.get();
        nextNumber = 1;
        proven = false;
        gapAtEnd = false;
        while (!outstanding.isEmpty()) {
            PendingChange change = outstanding.removeLast();
            change.returned = false;
            change.afterGap = false;
            change.lastRefusal = null;
            waiting.addFirst(change);
        }
    }

    // -- steps

    private void giveUp(PendingChange change, Failure failure, long now) {
        closeNumber(change, failure);
        goOn(now);
    }

    /** Ends a change whose number is not used up, as far as is known; null is "no answer in time". */
    private void closeNumber(PendingChange change, @Nullable Failure failure) {
        PendingChange successor = successorOf(change);
        if (successor == null) {
            gapAtEnd = true;
        } else {
            successor.afterGap = true;
        }
        remove(change);
        if (failure == null) {
            effects.timedOut(change);
        } else {
            effects.failed(change, failure);
        }
    }

    private @Nullable PendingChange successorOf(PendingChange change) {
        Iterator<PendingChange> each = outstanding.iterator();
        while (each.hasNext()) {
            if (each.next() == change) {
                return each.hasNext() ? each.next() : null;
            }
        }
        throw new IllegalStateException("change " + change.number + " is not outstanding");
    }

    private void remove(PendingChange change) {
        change.finished = true;
        outstanding.remove(change);
    }

    private void goOn(long now) {
        PendingChange lowest = outstanding.peekFirst();
        if (lowest != null && outstanding.stream().allMatch(change -> change.returned && !change.renewing)) {
            startNewSession();
        } else if (lowest != null && !lowest.returned && !lowest.renewing && mayBeStuck(lowest)) {
            send(lowest, now);
        }
        admit(now);
    }

    /**
     * Returns whether a host may wait for a number before this one, which nobody wants any more: it was given up, so
     * this one must be sent with a {@code first} that closes it; or it is done now, after this one was refused for want
     * of it.
     */
    private static boolean mayBeStuck(PendingChange lowest) {
        boolean cameTooEarly = lowest.unanswered.isEmpty() && lowest.lastRefusal instanceof Failure.OutOfOrder;
        return lowest.afterGap || cameTooEarly;
    }

    private void admit(long now) {
        while (!waiting.isEmpty() && mayAdmit()) {
            PendingChange change = waiting.removeFirst();
            change.number = nextNumber++;
            change.known = known;
            change.attempts = 0;
            change.afterGap = gapAtEnd;
            gapAtEnd = false;
            outstanding.addLast(change);
            send(change, now);
        }
    }

    private boolean mayAdmit() {
        PendingChange lowest = outstanding.peekFirst();
        if (lowest == null) {
            return true;
        }
        return proven
                && nextNumber - lowest.number < Limits.SESSION_WINDOW
                && outstanding.stream().noneMatch(change -> change.returned);
    }

    private void send(PendingChange change, long now) {
        long first = outstanding.getFirst().number;
        if (first == change.number) {
            change.afterGap = false;
        }
        int round = 1 + change.attempts / effects.hosts();
        change.attempts++;
        change.silent = true;
        change.resendAt = now + backoff.afterSilence(round);
        long id = effects.send(change, new Stamp(session, change.number, first, change.known));
        change.ids.add(id);
        change.unanswered.add(id);
    }
}
