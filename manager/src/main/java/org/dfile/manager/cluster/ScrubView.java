package org.dfile.manager.cluster;

import java.util.List;
import org.dfile.protocol.ScrubReport;
import org.jspecify.annotations.Nullable;

/** What {@code dfile scrub --json} shows. */
record ScrubView(String cluster, String verdict, List<HostView> hosts) {

    /** How the scrub of a host ended. */
    enum Result {
        /** Everything was read, nothing is damaged. */
        CLEAN,
        /** Something is damaged. */
        DAMAGED,
        /** Nothing is known to be damaged, but some files could not be looked at. */
        INCOMPLETE,
        /** It was started, and nobody waited. */
        STARTED,
        /** It was not started, or the host does not answer any more. */
        FAILED
    }

    /**
     * One host.
     *
     * @param scrub as the host tells it; null if nobody waited or it did not answer
     * @param error why it failed, empty if it did not
     */
    record HostView(
            String host,
            String address,
            Result result,
            @Nullable ScrubReport scrub,
            String error) {

        static HostView of(HostScrub of) {
            ScrubReport report = of.report().orElse(null);
            return new HostView(
                    of.host().id().text(), of.host().address().toString(), result(of, report), report, of.failure());
        }

        private static Result result(HostScrub of, @Nullable ScrubReport report) {
            if (!of.failure().isEmpty()) {
                return Result.FAILED;
            }
            if (report == null) {
                return Result.STARTED;
            }
            if (report.damaged() > 0 || report.lastDamaged() > 0) {
                return Result.DAMAGED;
            }
            return report.lastComplete() ? Result.CLEAN : Result.INCOMPLETE;
        }
    }
}
