package org.dfile.store;

import java.time.Duration;
import org.dfile.model.Limits;

/**
 * The limits of one volume. Whoever opens a volume says all of them; {@link #defaults} has a proposal for each.
 *
 * @param dataFileBytes a data file is closed and the next one begun at this size; on a small file system earlier, at a
 *     64th of its size (but not below 4 MiB)
 * @param reserveBytes room that writes leave for promises, tombstones and RocksDB's flushes; at most a quarter of the
 *     file system is used for it
 * @param compactionBytes further room left for RocksDB to rewrite its tables in, as far as they are that large
 * @param spaceCheckInterval how long an answer of the file system about free space is used
 * @param blockCacheBytes RocksDB's cache of table blocks, indexes included
 * @param writeBufferBytes RocksDB's tables in memory, all together; its logs are at most twice as large
 * @param stageMemoryBytes small staged bytes that wait in memory; more of them go to a data file
 * @param ioBuffers staged pieces that are written at the same time, each with a direct buffer of
 *     {@link Limits#MAX_CHUNK_BYTES}; more of them wait
 * @param commitQueueLength applies that wait for the committer; the next one blocks its caller
 * @param commitGroupLength most applies in one commit
 * @param commitGroupBytes a commit takes no further apply from this size on
 * @param syncAheadBytes staged bytes of a data file that are not synced before the background sync begins
 * @param upkeep limits of compaction and scrub
 */
public record StoreSettings(
        long dataFileBytes,
        long reserveBytes,
        long compactionBytes,
        Duration spaceCheckInterval,
        long blockCacheBytes,
        long writeBufferBytes,
        long stageMemoryBytes,
        int ioBuffers,
        int commitQueueLength,
        int commitGroupLength,
        long commitGroupBytes,
        long syncAheadBytes,
        UpkeepSettings upkeep) {

    private static final long MIB = 1 << 20;

    public StoreSettings {
        atLeast("dataFileBytes", dataFileBytes, Limits.MAX_CHUNK_BYTES);
        atLeast("reserveBytes", reserveBytes, 0);
        atLeast("compactionBytes", compactionBytes, 0);
        atLeast("spaceCheckInterval", spaceCheckInterval.toNanos(), 0);
        atLeast("blockCacheBytes", blockCacheBytes, MIB);
        atLeast("writeBufferBytes", writeBufferBytes, MIB);
        atLeast("stageMemoryBytes", stageMemoryBytes, 0);
        atLeast("ioBuffers", ioBuffers, 1);
        atLeast("commitQueueLength", commitQueueLength, 1);
        atLeast("commitGroupLength", commitGroupLength, 1);
        atLeast("commitGroupBytes", commitGroupBytes, 1);
        atLeast("syncAheadBytes", syncAheadBytes, 1);
    }

    /** What a node takes unless its settings say otherwise; its {@code reference.conf} says the same. */
    public static StoreSettings defaults() {
        return new StoreSettings(
                256 * MIB,
                128 * MIB,
                128 * MIB,
                Duration.ofMillis(500),
                32 * MIB,
                32 * MIB,
                8 * MIB,
                8,
                1_024,
                256,
                8 * MIB,
                8 * MIB,
                UpkeepSettings.defaults());
    }

    /** Returns these settings with other ones for upkeep. */
    public StoreSettings with(UpkeepSettings other) {
        return new StoreSettings(
                dataFileBytes,
                reserveBytes,
                compactionBytes,
                spaceCheckInterval,
                blockCacheBytes,
                writeBufferBytes,
                stageMemoryBytes,
                ioBuffers,
                commitQueueLength,
                commitGroupLength,
                commitGroupBytes,
                syncAheadBytes,
                other);
    }

    static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", at least " + least);
        }
    }
}
