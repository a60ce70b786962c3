package org.dfile.store;

import java.util.Set;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has RocksDB give back the room of deleted pieces when the volume is full. By itself RocksDB does so only once enough
 * was written after them, and on a full volume nothing is. Of one thread.
 */
final class TableCompactor {

    private static final Logger LOG = LoggerFactory.getLogger(TableCompactor.class);
    private static final Set<Family> PIECES = Set.of(Family.EXTENTS, Family.PENDING);

    /** Garbage below this part of the tables is left, or a full volume would be rewritten for each small deletion. */
    private static final int LEAST_PART = 8;

    private final Database database;
    private final SpaceGuard space;
    private final Committer committer;
    private final long mostInCompaction;

    /** Bytes of the tables that are no piece, and that the last compaction left. */
    private long overhead;

    TableCompactor(Database database, SpaceGuard space, Committer committer, StoreSettings settings) {
        this.database = database;
        this.space = space;
        this.committer = committer;
        this.mostInCompaction = settings.compactionBytes();
    }

    /** Returns when the room is given back, at once if there is not enough to give or if the volume is not full. */
    void run() throws RocksDBException {
        space.ask();
        if (!space.full()) {
            return;
        }
        long before = database.tableBytes(PIECES);
        long garbage = before - committer.totals().pieceBytes() - overhead;
        if (garbage <= before / LEAST_PART) {
            return;
        }
        long copied = Math.min(before - garbage, mostInCompaction);
        try {
            space.takeForCompaction(copied);
        } catch (VolumeFullException e) {
            LOG.warn("RocksDB's tables are not compacted: {}", e.getMessage());
            return;
        }
        try {
            database.flush(); // what was deleted
            database.compact(PIECES);
        } finally {
            space.settle(copied);
        }
        long after = database.tableBytes(PIECES);
        overhead = after - committer.totals().pieceBytes();
        LOG.info("compacted RocksDB's tables of pieces: {} bytes, {} before", after, before);
    }
}
