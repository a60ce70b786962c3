package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the room of garbage in data files, in the background and at a bounded rate: copies what lives in the worst
 * file to the newest one, checked on the way, then switches the records to the copies.
 *
 * <p>It may end at any point. A copy that no record names is garbage of the newest file; the switch is one synced commit
 * after the copies are on disk (I11), only of extents that are still those which were copied; a file without live bytes
 * is removed by the committer, or at the next start. A damaged extent is never copied (I14): it stays where it is, and so
 * does its data file, for readers to be told and for repair.
 */
final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final int MOST_IN_SWITCH = 256;

    private final Database database;
    private final DataFiles dataFiles;
    private final SpaceGuard space;
    private final Committer committer;
    private final UnderWay underWay;
    private final Health health;
    private final StoreSettings settings;
    private final TableCompactor tables;
    private final Pacer pacer;
    private final Thread thread = new Thread(this::run, "dfile-store-compaction");

    /** Files with live bytes that cannot be moved, and how many: nothing can be done until those change. */
    private final Map<Integer, Long> stuck = new HashMap<>();

    private final AtomicLong rounds = new AtomicLong();
    private final AtomicLong copied = new AtomicLong();

    Compactor(
            Database database,
            DataFiles dataFiles,
            SpaceGuard space,
            Committer committer,
            UnderWay underWay,
            Health health,
            StoreSettings settings) {
        this.database = database;
        this.dataFiles = dataFiles;
        this.space = space;
        this.committer = committer;
        this.underWay = underWay;
        this.health = health;
        this.settings = settings;
        this.tables = new TableCompactor(database, space, committer, settings);
        this.pacer = new Pacer(settings.upkeep().compactionBytesPerSecond());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends what is under way at the next extent, and waits for that. */
    void stop() throws InterruptedException {
        pacer.stop();
        database.endCompaction();
        thread.join();
    }

    /** Looks for garbage now. */
    void wake() {
        pacer.wake();
    }

    /** How often it was looked for garbage. */
    long rounds() {
        return rounds.get();
    }

    /** Bytes that were copied since the store was opened. */
    long copiedBytes() {
        return copied.get();
    }

    private void run() {
        try {
            while (pacer.idle(settings.upkeep().compactionInterval()) && !health.poisoned()) {
                compactAll();
                rounds.incrementAndGet();
            }
        } catch (PoisonedException e) {
            LOG.debug("compaction ends: {}", e.getMessage());
        } catch (InterruptedException e) {
            health.poison("compaction was interrupted", e); // nobody has this thread but the store, which does not
        } catch (IOException | RocksDBException | RuntimeException | Error e) {
            health.poison("compaction", e);
        }
    }

    private void compactAll() throws IOException, RocksDBException, InterruptedException {
        for (DataFile file : dataFiles.garbage(settings.upkeep().garbagePercent())) {
            Long live = stuck.get(file.number());
            if (pacer.stopped()) {
                return;
            }
            if (live == null || live != file.liveBytes()) {
                compact(file);
            }
        }
        tables.run();
    }

    private void compact(DataFile file) throws StoreException, InterruptedException {
        if (!file.acquire()) {
            return; // removed meanwhile
        }
        long before = copied.get();
        try {
            if (new Pass(file).run() && file.liveBytes() > 0) {
                stuck.put(file.number(), file.liveBytes()); // bytes of pending batches
            }
        } catch (VolumeFullException e) {
            LOG.warn("{} is not compacted: {}", file.path(), e.getMessage());
        } catch (CorruptDataException e) {
            stuck.put(file.number(), file.liveBytes());
            LOG.error("{} is not compacted: {}", file.path(), e.getMessage());
        } finally {
            dataFiles.letGo(file);
        }
        LOG.info(
                "compacted {}: {} bytes copied, {} live bytes left",
                file.path(),
                copied.get() - before,
                file.liveBytes());
    }

    /** An extent and its copy. {@code stored} is the value that was copied from. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Move(
            long id, byte[] key, byte[] stored, Extent.Data from, Extent.Data to, DataFiles.Written written) {}

    /** One way through a data file. */
    private final class Pass {

        private final DataFile file;
        private List<Move> moves = new ArrayList<>();
        private long moveBytes;
        private boolean skipped;

        Pass(DataFile file) {
            this.file = file;
        }

        /** Returns whether all extents were moved. */
        boolean run() throws StoreException, InterruptedException {
            try {
                byte[] place = Keys.places(file.number());
                for (List<byte[]> places = after(place); !places.isEmpty(); places = after(place)) {
                    for (byte[] next : places) {
                        if (!move(next)) {
                            return false;
                        }
                        place = next;
                    }
                }
                switchAll();
                return !skipped;
            } finally {
                giveUp(moves);
            }
        }

        /** Returns the next places. No cursor stays open between, since it would keep RocksDB's old tables. */
        private List<byte[]> after(byte[] place) throws CorruptDataException {
            List<byte[]> places = new ArrayList<>();
            byte[] prefix = Keys.places(file.number());
            try (Database.View view = database.latest();
                    RocksIterator iterator = view.iterator(Family.PLACES)) {
                iterator.seek(Arrays.copyOf(place, place.length + 1));
                for (; places.size() < MOST_IN_SWITCH && Records.startsWith(iterator, prefix); iterator.next()) {
                    places.add(iterator.key());
                }
                Database.check(iterator);
            }
            return places;
        }

        /** Returns false if it is time to stop. */
        private boolean move(byte[] place) throws StoreException, InterruptedException {
            byte[] key = Keys.extentOfPlace(place);
            byte[] stored;
            try (Database.View view = database.latest()) {
                stored = view.get(Family.EXTENTS, key);
            }
            Extent.Data extent = stored == null ? null : inThisFile(key, stored);
            if (stored == null || extent == null) {
                return true;
            }
            if (!pacer.pace(extent.run().byteCount())) {
                return false;
            }
            Move move = copy(key, stored, extent);
            moves.add(move);
            moveBytes += extent.byteCount();
            if (moves.size() >= MOST_IN_SWITCH || moveBytes >= settings.commitGroupBytes()) {
                switchAll();
            }
            return true;
        }

        private Extent.@Nullable Data inThisFile(byte[] key, byte[] stored) throws CorruptDataException {
            Extent extent = ExtentCodec.decode(Keys.extentOffset(key), stored, stored.length);
            return extent instanceof Extent.Data data && data.run().file() == file.number() ? data : null;
        }

        private Move copy(byte[] key, byte[] stored, Extent.Data extent) throws StoreException {
            RunReader.Result read = RunReader.read(dataFiles, file, extent.run());
            if (read.damage() != null) {
                throw new CorruptDataException(
                        "block " + read.damage().block() + " at "
                                + extent.run().blockPosition(read.damage().block()) + " "
                                + read.damage().reason(),
                        extent.offset());
            }
            ByteBuffer part = ByteBuffer.wrap(read.bytes(), extent.skip(), extent.byteCount())
                    .slice();
            // A part is checked with the blocks it lies in; as a run of its own it gets checksums of its own.
            boolean whole = extent.byteCount() == extent.run().byteCount();
            int[] crcs = whole ? extent.run().crcs() : Stager.blockCrcs(part);
            space.takeForCompaction(extent.byteCount());
            try {
                DataFiles.Written written = dataFiles.append(part, crcs);
                copied.addAndGet(extent.byteCount());
                Extent.Data to = new Extent.Data(extent.offset(), written.run());
                return new Move(Keys.extentId(key), key, stored, extent, to, written);
            } finally {
                space.settle(extent.byteCount());
            }
        }

        /** Extents that a batch is changing just now stay for the next time. */
        private void switchAll() throws StoreException, InterruptedException {
            List<Move> ready = moves;
            moves = new ArrayList<>();
            moveBytes = 0;
            Set<Long> locked = new HashSet<>();
            Set<Long> busy = new HashSet<>();
            for (Move move : ready) {
                if (!locked.contains(move.id()) && !busy.contains(move.id())) {
                    (underWay.tryLockExtents(move.id()) ? locked : busy).add(move.id());
                }
            }
            try {
                commit(ready, locked);
            } finally {
                locked.forEach(underWay::unlockExtents);
            }
        }

        private void commit(List<Move> ready, Set<Long> locked) throws StoreException, InterruptedException {
            List<Mutation> mutations = new ArrayList<>();
            List<DataFile.SyncPoint> syncPoints = new ArrayList<>();
            LiveBytes live = new LiveBytes();
            try (Database.View view = database.latest()) {
                for (Move move : ready) {
                    if (locked.contains(move.id())
                            && Arrays.equals(view.get(Family.EXTENTS, move.key()), move.stored())) {
                        add(move, mutations, live);
                        syncPoints.add(move.written().syncPoint());
                    } else {
                        skipped = true;
                    }
                }
            } catch (CorruptDataException e) {
                giveUp(ready);
                throw e;
            }
            List<DataFiles.Written> written = ready.stream().map(Move::written).toList();
            committer.commit(Change.ofMoves(mutations, syncPoints, live, written));
        }

        private void add(Move move, List<Mutation> mutations, LiveBytes live) {
            int number = move.written().run().file();
            long offset = move.to().offset();
            mutations.add(new Mutation.Put(Family.EXTENTS, move.key(), ExtentCodec.encode(move.to())));
            mutations.add(new Mutation.Delete(Family.PLACES, Keys.place(file.number(), move.id(), offset)));
            mutations.add(Records.putPlace(number, move.id(), offset));
            live.remove(move.from());
            live.add(move.to());
        }

        private void giveUp(List<Move> copied) throws PoisonedException {
            for (Move move : copied) {
                dataFiles.unpin(move.written().run().file());
            }
        }
    }
}
