package org.dfile.actors;

import com.typesafe.config.Config;
import java.time.Duration;
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
        int maxStagesPerFile,
        long maxStagedBytesPerFile,
        Duration stageIdleTimeout,
        int maxListings,
        long maxListPageBytes,
        Duration stopTimeout,
        Duration usageMaxAge,
        Duration usageTimeout) {

    public FileServerSettings {
        atLeastOne("max-open-files", maxOpenFiles);
        positive("idle-timeout", idleTimeout);
        atLeastOne("max-waiting-per-file", maxWaitingPerFile);
        atLeastOne("max-reads-per-file", maxReadsPerFile);
        positive("gap-timeout", gapTimeout);
        atLeastOne("max-bytes-in-flight", maxBytesInFlight);
        atLeastOne("max-stages-per-file", maxStagesPerFile);
        atLeastOne("max-staged-bytes-per-file", maxStagedBytesPerFile);
        positive("stage-idle-timeout", stageIdleTimeout);
        atLeastOne("max-listings", maxListings);
        atLeastOne("max-list-page-bytes", maxListPageBytes);
        positive("stop-timeout", stopTimeout);
        positive("usage-timeout", usageTimeout);
    }

    public static FileServerSettings from(Config root) {
        Config config = root.getConfig("dfile.server");
        return new FileServerSettings(
                config.getInt("max-open-files"),
                config.getDuration("idle-timeout"),
                config.getInt("max-waiting-per-file"),
                config.getInt("max-reads-per-file"),
                new BatchLimits(
                        config.getInt("max-batch-changes"),
                        config.getBytes("max-batch-bytes"),
                        config.getInt("max-sessions-per-file")),
                config.getDuration("gap-timeout"),
                config.getBytes("max-bytes-in-flight"),
                config.getInt("max-stages-per-file"),
                config.getBytes("max-staged-bytes-per-file"),
                config.getDuration("stage-idle-timeout"),
                config.getInt("max-listings"),
                config.getBytes("max-list-page-bytes"),
                config.getDuration("stop-timeout"),
                config.getDuration("usage-max-age"),
                config.getDuration("usage-timeout"));
    }

    private static void atLeastOne(String key, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("dfile.server." + key + " must be at least 1: " + value);
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("dfile.server." + key + " must be above zero: " + value);
        }
    }
}
