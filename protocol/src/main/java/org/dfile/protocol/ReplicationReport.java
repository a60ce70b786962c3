package org.dfile.protocol;

import java.util.Map;
import org.dfile.model.HostId;

/**
 * How a host's copies are, as the host knows it. Times are milliseconds since 1970, 0 if there was none.
 *
 * @param listVersion of the host list that it has
 * @param slots that it keeps
 * @param leading slots of these that it leads
 * @param electing slots of these for which it knows nobody who leads
 * @param incomplete slots of these for which it has no vote yet (I9)
 * @param rejoinedFiles files, and their bytes, that its rejoin has brought since the process began
 * @param behind of the slots that it leads: names that not every replica holds alike, as of the last comparison
 * @param repairing names of these that are being brought together
 * @param repaired names that it has brought together since the process began
 * @param lastLookMillis when it began to compare all slots that it leads with their replicas, the last time that it could
 * @param silent hosts that it does not hear of, and since when
 */
public record ReplicationReport(
        long listVersion,
        int slots,
        int leading,
        int electing,
        int incomplete,
        long rejoinedFiles,
        long rejoinedBytes,
        long behind,
        long repairing,
        long repaired,
        long lastLookMillis,
        Map<HostId, Long> silent) {

    public ReplicationReport {
        silent = Map.copyOf(silent);
    }

    /** Of a host that keeps nothing. */
    public static ReplicationReport none(long listVersion) {
        return new ReplicationReport(listVersion, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }
}
