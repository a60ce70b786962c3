package org.dfile.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;

/**
 * How RocksDB is set up: all its memory and its own logs bounded, everything checked.
 *
 * <p>Its log is replayed at a start after a crash. Of RocksDB's modes, {@code PointInTimeRecovery} (its default) stops
 * silently at the first damaged record and so would lose acknowledged changes that come after it. It is told to refuse
 * everything that is not whole (I13); the unacknowledged tail that a crash may leave is gone by then, see {@link
 * LogRecovery}. Logs are tracked in the manifest, so that a lost or shortened older log is noticed. Not covered: synced
 * records at the very end of the newest log that the disk has cut off, or has turned to zeros.
 */
final class DatabaseOptions implements AutoCloseable {

    private static final long MIB = 1 << 20;
    private static final int LOG_FILES = 4;
    private static final int BLOOM_BITS_PER_KEY = 10;

    /** An open begins so many threads in any case; sixteen, which is the default, cost more than the few files take. */
    private static final int FILE_OPENING_THREADS = 2;

    final Safeguards safeguards;
    final DBOptions database;
    final ColumnFamilyOptions family;
    private final List<AbstractNativeReference> owned = new ArrayList<>();

    DatabaseOptions(StoreSettings settings, Safeguards safeguards, boolean create) {
        this.safeguards = safeguards;
        database = own(DBOptions.getDBOptionsFromProps(properties()))
                .setCreateIfMissing(create)
                .setErrorIfExists(create)
                .setCreateMissingColumnFamilies(create)
                .setParanoidChecks(true)
                .setWalRecoveryMode(recoveryMode(safeguards))
                .setAvoidFlushDuringRecovery(false) // I13: what was recovered is rewritten and synced before it is used
                .setAtomicFlush(true) // what is in no log is on disk whole or not at all
                .setAvoidFlushDuringShutdown(true) // I12: closing writes nothing; a clean stop flushes before
                .setDbWriteBufferSize(settings.writeBufferBytes())
                .setMaxTotalWalSize(2 * settings.writeBufferBytes())
                .setMaxOpenFiles(256)
                .setMaxFileOpeningThreads(FILE_OPENING_THREADS)
                .setMaxBackgroundJobs(2)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(4 * MIB)
                .setKeepLogFileNum(LOG_FILES)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setMaxManifestFileSize(16 * MIB);
        family = own(new ColumnFamilyOptions())
                .setWriteBufferSize(Math.max(MIB, settings.writeBufferBytes() / 4))
                .setMaxWriteBufferNumber(3)
                .setTargetFileSizeBase(16 * MIB)
                .setMaxBytesForLevelBase(64 * MIB)
                .setMaxCompactionBytes(64 * MIB) // keeps the room that a compaction needs for a while small
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(own(new LRUCache(settings.blockCacheBytes())))
                        .setCacheIndexAndFilterBlocks(true)
                        .setFilterPolicy(own(new BloomFilter(BLOOM_BITS_PER_KEY)))
                        .setBlockSize(16 << 10));
    }

    private static WALRecoveryMode recoveryMode(Safeguards safeguards) {
        return safeguards.damagedLogsRefused()
                ? WALRecoveryMode.AbsoluteConsistency
                : WALRecoveryMode.PointInTimeRecovery;
    }

    /** Options that the Java API has no methods for. */
    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("max_bgerror_resume_count", "0"); // I12: a failed write is never tried again
        // I13: no log is missing, or shorter than it was when the next one was begun. LogRecovery sees to the rest.
        properties.setProperty("track_and_verify_wals_in_manifest", "true");
        return properties;
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.add(0, reference);
        return reference;
    }

    @Override
    public void close() {
        owned.forEach(AbstractNativeReference::close);
    }
}
