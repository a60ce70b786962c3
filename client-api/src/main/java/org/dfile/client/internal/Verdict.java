package org.dfile.client.internal;

import java.util.Map;
import org.dfile.model.Failure;

/** What a host's refusal means for the request. */
enum Verdict {
    /** An outcome, decided on the file's state; for a change it uses up the number. */
    JUDGED,
    /** Not executed, and the reason passes: send it again. */
    LATER,
    /** As {@link #LATER}, but rather to another host. */
    ELSEWHERE,
    /** Not executed, and this host will say the same again; another may serve it. If there is none, {@link #REFUSED}. */
    ONLY_ELSEWHERE,
    /** Whether it was executed this host cannot say; another may. If there is none, {@link #UNKNOWN}. */
    DOUBTFUL,
    /** Not executed, and sending the same again would not help. */
    REFUSED,
    /** Whether a change was executed is not known, and no host will say. */
    UNKNOWN,
    /** The file does not know the session: this attempt was not executed, earlier ones may have been. */
    SESSION_LOST;

    private static final Map<Class<?>, Verdict> OF = Map.ofEntries(
            Map.entry(Failure.NoSuchFile.class, JUDGED),
            Map.entry(Failure.FileExists.class, JUDGED),
            Map.entry(Failure.Replaced.class, JUDGED),
            Map.entry(Failure.FileTooLong.class, JUDGED),
            Map.entry(Failure.Busy.class, LATER),
            Map.entry(Failure.NotCoordinator.class, ELSEWHERE),
            Map.entry(Failure.Diverged.class, UNKNOWN),
            Map.entry(Failure.OutOfOrder.class, LATER),
            Map.entry(Failure.NotAReplica.class, ELSEWHERE),
            Map.entry(Failure.StaleHostList.class, LATER),
            Map.entry(Failure.ShuttingDown.class, ELSEWHERE),
            Map.entry(Failure.ChecksumMismatch.class, REFUSED),
            Map.entry(Failure.StageLost.class, REFUSED),
            Map.entry(Failure.ForeignCluster.class, REFUSED),
            Map.entry(Failure.Amnesiac.class, ONLY_ELSEWHERE),
            Map.entry(Failure.HostListRefused.class, REFUSED),
            Map.entry(Failure.ReservedName.class, REFUSED),
            Map.entry(Failure.OtherProtocol.class, REFUSED),
            Map.entry(Failure.RecordsDamaged.class, REFUSED),
            Map.entry(Failure.VolumeFull.class, REFUSED),
            Map.entry(Failure.Malformed.class, REFUSED),
            Map.entry(Failure.NotAuthorised.class, REFUSED),
            Map.entry(Failure.OutcomeClosed.class, UNKNOWN),
            Map.entry(Failure.StorageFailed.class, DOUBTFUL),
            Map.entry(Failure.CorruptData.class, DOUBTFUL),
            Map.entry(Failure.FileAmnesiac.class, DOUBTFUL),
            Map.entry(Failure.SessionLost.class, SESSION_LOST));

    /** Returns what a host means by it; a failure that only clients have is none of a host's to send. */
    static Verdict of(Failure failure) {
        return ofType(failure.getClass());
    }

    static Verdict ofType(Class<?> type) {
        return OF.getOrDefault(type, UNKNOWN);
    }

    static boolean knows(Class<?> type) {
        return OF.containsKey(type);
    }
}
