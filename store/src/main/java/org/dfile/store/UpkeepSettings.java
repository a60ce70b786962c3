package org.dfile.store;

import java.time.Duration;

/**
 * The limits of what a volume does by itself, in the background.
 *
 * @param compactionBytesPerSecond most bytes a second that compaction copies
 * @param garbagePercent a data file is compacted when at least this part of it is garbage, 1 to 100
 * @param compactionInterval how often it is looked for data files to compact
 * @param scrubBytesPerSecond most bytes a second that a scrub reads
 * @param scrubSaveInterval how often a scrub makes durable how far it is; after a crash it goes on from there
 * @param damageLimit damaged places that are remembered; more are only counted and logged
 */
public record UpkeepSettings(
        long compactionBytesPerSecond,
        int garbagePercent,
        Duration compactionInterval,
        long scrubBytesPerSecond,
        Duration scrubSaveInterval,
        int damageLimit) {

    private static final long MIB = 1 << 20;

    public UpkeepSettings {
        StoreSettings.atLeast("compactionBytesPerSecond", compactionBytesPerSecond, 1);
        StoreSettings.atLeast("garbagePercent", garbagePercent, 1);
        StoreSettings.atLeast("compactionInterval", compactionInterval.toMillis(), 1);
        StoreSettings.atLeast("scrubBytesPerSecond", scrubBytesPerSecond, 1);
        StoreSettings.atLeast("scrubSaveInterval", scrubSaveInterval.toMillis(), 1);
        StoreSettings.atLeast("damageLimit", damageLimit, 1);
        if (garbagePercent > 100) {
            throw new IllegalArgumentException("garbagePercent is " + garbagePercent + ", at most 100");
        }
    }

    /** As {@link StoreSettings#defaults}. */
    public static UpkeepSettings defaults() {
        return new UpkeepSettings(32 * MIB, 50, Duration.ofSeconds(10), 16 * MIB, Duration.ofSeconds(30), 1_000);
    }
}
