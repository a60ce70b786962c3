package org.dfile.client.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Host;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;

/** One change on its way. Only {@link ChangeLine} touches what is mutable here. */
final class PendingChange {

    /** How often one change is made anew, before the loss is reported. */
    private static final int MAX_RENEWALS = 2;

    /** How to make another change with the same effect, if what this one names is lost; null if that cannot be. */
    final @Nullable Supplier<CompletableFuture<Change>> renewal;

    Change change;
    long deadline;
    final CompletableFuture<Receipt> answer = new CompletableFuture<>();

    /** 0 until its turn comes. */
    long number;

    /** As it was before the first attempt: a later one would let a file that forgot the session execute it again (I8). */
    FileVersion known = FileVersion.NONE;

    int attempts;
    long resendAt;
    int sessionsLost;
    boolean finished;

    /** Its only attempt found the session unknown, so it was not executed and waits for a new session. */
    boolean returned;

    /** The number before it was given up: it must be sent again as soon as no earlier number is wanted. */
    boolean afterGap;

    /** It is being made anew, under the same number, and is not sent meanwhile. */
    boolean renewing;

    int renewals;

    /** How many attempts there were before it was made anew the last time. */
    private int earlierAttempts;

    /** Whether the last attempt has no answer. */
    boolean silent;

    /** Where the last attempt went. */
    @Nullable
    Host sentTo;

    @Nullable
    Failure lastRefusal;

    /** Ids of all attempts, and of those without an answer. */
    final List<Long> ids = new ArrayList<>(1);

    final Set<Long> unanswered = new HashSet<>(4);

    PendingChange(Change change, long deadline) {
        this(change, deadline, null);
    }

    PendingChange(Change change, long deadline, @Nullable Supplier<CompletableFuture<Change>> renewal) {
        this.change = change;
        this.deadline = deadline;
        this.renewal = renewal;
    }

    // -- being made anew, under the same number

    boolean mayBeMadeAnew() {
        return renewal != null && renewals < MAX_RENEWALS;
    }

    void beMadeAnew() {
        renewing = true;
        renewals++;
    }

    void madeAnew(Change anew, long newDeadline) {
        change = anew;
        deadline = newDeadline;
        renewing = false;
        earlierAttempts = ids.size();
    }

    /** Whether it was made anew after this attempt, or is about to be. */
    boolean isMadeAnewSince(long id) {
        return renewing || ids.indexOf(id) < earlierAttempts;
    }
}
