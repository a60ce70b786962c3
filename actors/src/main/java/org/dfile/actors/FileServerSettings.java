package org.dfile.actors;

import com.typesafe.config.Config;
import java.time.Duration;
import org.dfile.actors.memory.HeapPart;
import org.dfile.actors.settings.Section;
import org.dfile.replication.batch.BatchLimits;

/** Typed view of {@code dfile.server}; what each means stands in {@code reference.conf}. */
public record FileServerSettings(
        int maxOpenFiles,
        Duration idleTimeout,
        int maxWaitingPerFile,
        int maxReadsPerFile,
        BatchLimits batch,
        Duration gapTimeout,
        long maxBytesInFlight,
        long maxPeerBytes,
        int maxStagesPerFile,
        long maxStagedBytesPerFile,
        Duration stageIdleTimeout,
        long maxAheadBytesPerHost,
        Duration aheadProbeInterval,
        int maxListings,
        long maxListPageBytes,
        Duration resendInterval,
        Duration catchUpPatience,
        int quietResends,
        Duration quorumReadTimeout,
        Duration coordinatorTimeout,
        Duration stopTimeout,
        Duration usageMaxAge,
        Duration usageTimeout,
        DamageRepair damage) {

    /** How damaged files get whole bytes from their other replicas. */
    public record DamageRepair(Duration lookInterval, Duration retry, Duration longestRetry) {

        static DamageRepair from(Section section) {
            return new DamageRepair(
                    section.duration("look-interval"), section.duration("retry"), section.duration("longest-retry"));
        }
    }

    public static FileServerSettings from(Config root) {
        Section section = Section.of(root, "dfile.server");
        return new FileServerSettings(
                section.count("max-open-files"),
                section.duration("idle-timeout"),
                section.count("max-waiting-per-file"),
                section.count("max-reads-per-file"),
                new BatchLimits(
                        section.count("max-batch-changes"),
                        section.byteCount("max-batch-bytes"),
                        section.byteCount("max-batch-inline-bytes", Integer.MAX_VALUE),
                        section.count("max-sessions-per-file")),
                section.duration("gap-timeout"),
                section.byteCount("max-bytes-in-flight", HeapPart.REQUESTS),
                section.byteCount("max-peer-bytes", HeapPart.PEER_MAIL),
                section.count("max-stages-per-file"),
                section.byteCount("max-staged-bytes-per-file"),
                section.duration("stage-idle-timeout"),
                section.byteCount("max-ahead-bytes-per-host", HeapPart.AHEAD_TO_ONE),
                section.duration("ahead-probe-interval"),
                section.count("max-listings"),
                section.byteCount("max-list-page-bytes"),
                section.duration("resend-interval"),
                section.duration("catch-up-patience"),
                section.count("quiet-resends"),
                section.duration("quorum-read-timeout"),
                section.duration("coordinator-timeout"),
                section.duration("stop-timeout"),
                section.durationOrZero("usage-max-age"),
                section.duration("usage-timeout"),
                DamageRepair.from(section.section("damage")));
    }
}
