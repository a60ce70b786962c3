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
    int earlierAttempts;

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
}
