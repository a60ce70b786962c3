package org.dfile.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dfile.model.Session;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.SstFileReader;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** The records of a volume: ordered keys in families, changed by whole commits that are on disk when they return. */
final class Database implements AutoCloseable {

    /** What the keys are. */
    enum Family {
        /** Of the volume: boot count, sums, live bytes per data file. */
        META("default"),
        /** Name to {@link FileRecord}. */
        FILES("files"),
        /** File id and offset to {@link Extent}. */
        EXTENTS("extents"),
        /**
         * Data file number, file id and offset of every extent that was ever put there; says where to look, not what
         * is so: the extent may be gone or moved. Removed with the data file.
         */
        PLACES("places"),
        /** Slot and name of every record to its {@link Footprint}. */
        NAMES("names"),
        /** Slot and name to {@link PendingBatch}. */
        PENDING("pending"),
        /** Number of a change to the name that it changed last. */
        CHANGES("changes"),
        /** Promise, floor, completeness and digest of each slot. */
        SLOTS("slots"),
        /** What is known to be damaged. */
        DAMAGE("damage"),
        /** Kind and name of every {@link FileMark}. */
        MARKS("marks"),
        /** File id and session id to {@link Session}. */
        SESSIONS("sessions");

        private final String text;

        Family(String text) {
            this.text = text;
        }
    }

    /** So no batch ends in zeros in the log: those at its end were never written ({@link LogScan}). */
    private static final byte[] END_OF_BATCH = {'E', 'N', 'D'};

    private final DatabaseOptions options;
    private final RocksDB db;
    private final Map<Family, ColumnFamilyHandle> handles = new EnumMap<>(Family.class);
    private final WriteOptions synced;
    private final CompactRangeOptions compaction = new CompactRangeOptions().setExclusiveManualCompaction(false);
    private final WriteOptions unlogged = new WriteOptions().setDisableWAL(true);

    private Database(DatabaseOptions options, Path directory) throws RocksDBException {
        this.options = options;
        this.synced = new WriteOptions().setSync(options.safeguards.syncedCommits());
        List<Family> families = List.of(Family.values());
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : families) {
            descriptors.add(new ColumnFamilyDescriptor(family.text.getBytes(StandardCharsets.UTF_8), options.family));
        }
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        db = RocksDB.open(options.database, directory.toString(), descriptors, opened);
        for (int i = 0; i < families.size(); i++) {
            handles.put(families.get(i), opened.get(i)); // RocksDB keeps the order
        }
    }

    static Database create(Path directory, StoreSettings settings) throws RocksDBException {
        return open(directory, new DatabaseOptions(settings, Safeguards.ALL, true));
    }

    static Database open(Path directory, StoreSettings settings, Safeguards safeguards) throws RocksDBException {
        return open(directory, new DatabaseOptions(settings, safeguards, false));
    }

    private static Database open(Path directory, DatabaseOptions options) throws RocksDBException {
        try {
            return new Database(options, directory);
        } catch (RocksDBException e) {
            options.close();
            throw e;
        }
    }

    /** Writes all or nothing, and returns when it is on disk. */
    void write(Iterable<Mutation> mutations) throws RocksDBException {
        write(synced, mutations);
    }

    /**
     * Writes all or nothing, for all to read, but to no log: a crash loses it unless it is written again by {@link #write}
     * before anything else is. All families are flushed together, so that never a part of it is left.
     */
    void writeVolatile(Iterable<Mutation> mutations) throws RocksDBException {
        write(unlogged, mutations);
    }

    private void write(WriteOptions options, Iterable<Mutation> mutations) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Mutation mutation : mutations) {
                add(batch, mutation);
            }
            batch.putLogData(END_OF_BATCH);
            db.write(options, batch);
        }
    }

    private void add(WriteBatch batch, Mutation mutation) throws RocksDBException {
        if (mutation instanceof Mutation.Put put) {
            batch.put(handle(put.family()), put.key(), put.value());
        } else if (mutation instanceof Mutation.Delete delete) {
            batch.delete(handle(delete.family()), delete.key());
        } else if (mutation instanceof Mutation.DeleteRange range) {
            batch.deleteRange(handle(range.family()), range.from(), range.to());
        } else {
            throw new AssertionError("unhandled mutation " + mutation);
        }
    }

    /** Returns what is there now, without a snapshot. Close it. */
    View latest() {
        return new View(null);
    }

    /** Returns a view that no later commit changes. Close it. */
    View snapshot() {
        return new View(db.getSnapshot());
    }

    /** Bytes of RocksDB's tables on disk. */
    long tableBytes() throws RocksDBException {
        return tableBytes(handles.keySet());
    }

    long tableBytes(Set<Family> families) throws RocksDBException {
        long sum = 0;
        for (Family family : families) {
            sum += db.getLongProperty(handle(family), "rocksdb.total-sst-files-size");
        }
        return sum;
    }

    /** Rewrites the tables of families without what is deleted. Returns when that is done, or {@link #endCompaction}. */
    void compact(Set<Family> families) throws RocksDBException {
        for (Family family : families) {
            if (!compaction.canceled()) {
                try {
                    db.compactRange(handle(family), null, null, compaction);
                } catch (RocksDBException e) {
                    if (!compaction.canceled()) {
                        throw e;
                    }
                }
            }
        }
    }

    /** Ends a {@link #compact} that is under way, and every later one. For any thread. */
    void endCompaction() {
        compaction.setCanceled(true);
    }

    /** One of RocksDB's table files. */
    record Table(Path path, long byteCount) {}

    /** Returns the tables that are in use now. */
    List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        for (LiveFileMetaData table : db.getLiveFilesMetaData()) {
            // Names begin with a slash, and are those of files in the directory.
            Path path = Path.of(table.path(), table.fileName().substring(1));
            tables.add(new Table(path, table.size()));
        }
        return tables;
    }

    /** Reads a table from the disk and checks all of it. Returns what is wrong, or null if nothing is. */
    @Nullable
    String verify(Table table) {
        try (Options plain = new Options();
                SstFileReader reader = new SstFileReader(plain)) {
            reader.open(table.path().toString());
            reader.verifyChecksum();
            return null;
        } catch (RocksDBException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Puts everything that is in the log alone into tables on disk. */
    void flush() throws RocksDBException {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait, List.copyOf(handles.values()));
        }
    }

    @Override
    public void close() {
        compaction.close();
        synced.close();
        unlogged.close();
        handles.values().forEach(ColumnFamilyHandle::close);
        db.close();
        options.close();
    }

    private ColumnFamilyHandle handle(Family family) {
        return Objects.requireNonNull(handles.get(family));
    }

    /** Keys and values as of one moment. Of one thread. */
    final class View implements AutoCloseable {

        private final @Nullable Snapshot snapshot;
        private final ReadOptions options = new ReadOptions();

        private View(@Nullable Snapshot snapshot) {
            this.snapshot = snapshot;
            if (snapshot != null) {
                options.setSnapshot(snapshot);
            }
        }

        byte @Nullable [] get(Family family, byte[] key) throws CorruptDataException {
            try {
                return db.get(handle(family), options, key);
            } catch (RocksDBException e) {
                throw unreadable(e);
            }
        }

        /** Returns a cursor that stands nowhere yet. Close it before the view. */
        RocksIterator iterator(Family family) {
            return db.newIterator(handle(family), options);
        }

        @Override
        public void close() {
            options.close();
            if (snapshot != null) {
                db.releaseSnapshot(snapshot);
            }
        }
    }

    /** Fails if the cursor stands nowhere because of an error, not because there are no more keys. */
    static void check(RocksIterator iterator) throws CorruptDataException {
        if (!iterator.isValid()) {
            try {
                iterator.status();
            } catch (RocksDBException e) {
                throw unreadable(e);
            }
        }
    }

    /** What cannot be read is damaged, whether RocksDB's checksums or the disk itself say so. */
    private static CorruptDataException unreadable(RocksDBException e) {
        Status status = e.getStatus();
        String why = status == null ? String.valueOf(e.getMessage()) : status.getCodeString() + ": " + e.getMessage();
        CorruptDataException failure = new CorruptDataException("records cannot be read: " + why, 0);
        failure.initCause(e);
        return failure;
    }
}
