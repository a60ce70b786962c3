package org.dfile.cluster.thrash;

import java.util.Set;
import org.dfile.client.DFileException;
import org.dfile.model.Failure;
import org.jspecify.annotations.Nullable;

/** What a failed call means to a client while nodes come and go. */
enum Fate {
    /** An answer like any other. */
    JUDGED,
    /** It may take effect at any time since it was called, or never. */
    UNKNOWN,
    /** It never took and never takes effect. */
    REFUSED,
    /** Nothing that was done to the cluster explains it. */
    SURPRISING;

    private static final Set<Class<? extends Failure>> UNKNOWNS = Set.of(
            Failure.TimedOut.class,
            Failure.StorageFailed.class,
            Failure.SessionLost.class,
            Failure.OutcomeClosed.class);

    private static final Set<Class<? extends Failure>> REFUSALS = Set.of(
            Failure.Busy.class,
            Failure.NotCoordinator.class,
            Failure.OutOfOrder.class,
            Failure.ShuttingDown.class,
            Failure.VolumeFull.class,
            Failure.StageLost.class,
            Failure.Amnesiac.class,
            Failure.ClientBusy.class);

    static Fate of(Throwable error) {
        Failure failure = failureOf(error);
        if (failure == null) {
            return SURPRISING;
        }
        if (failure instanceof Failure.NoSuchFile
                || failure instanceof Failure.FileExists
                || failure instanceof Failure.Replaced) {
            return JUDGED;
        }
        if (UNKNOWNS.contains(failure.getClass())) {
            return UNKNOWN;
        }
        return REFUSALS.contains(failure.getClass()) ? REFUSED : SURPRISING;
    }

    static @Nullable Failure failureOf(Throwable error) {
        return DFileException.failureOf(error).orElse(null);
    }
}
