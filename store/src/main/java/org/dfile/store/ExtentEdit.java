package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dfile.model.Limits;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extents of one file while a batch changes them: first what is stored is loaded where the batch touches it, then
 * operations cut and put, at the end the difference is told.
 *
 * <p>Small pieces stand in <em>windows</em> of {@value #WINDOW_BYTES} bytes of the file; no piece reaches beyond its
 * window. When small pieces fill a window they are folded into an extent of a data file, and a window never has more
 * than {@value #MOST_IN_WINDOW} extents for long: then neighbours are made one. So however a file was written, a read
 * of a window touches few extents, and a small write costs at most a window.
 *
 * <p>Of one thread.
 */
final class ExtentEdit {

    private static final Logger LOG = LoggerFactory.getLogger(ExtentEdit.class);

    static final int WINDOW_BYTES = Limits.CHECKSUM_BLOCK_BYTES;
    static final int MOST_IN_WINDOW = 64;

    /** Single deletions are better for later reads than a deleted range; from this number on a range is smaller. */
    private static final int MOST_SINGLE_DELETES = 64;

    private record Range(long from, long to) {}

    private final long id;
    private final @Nullable ExtentTable table;
    private final DataFiles dataFiles;
    private final long storedEnd;
    private final TreeMap<Long, Extent> current = new TreeMap<>();
    private final Map<Long, Extent> loaded = new HashMap<>();
    private final List<Range> loadedRanges = new ArrayList<>();
    private final TreeSet<Long> touchedWindows = new TreeSet<>();
    private final LiveBytes live = new LiveBytes();
    private final List<DataFiles.Written> folded = new ArrayList<>();

    /** What is stored from here on is gone. */
    private long cutFrom = Long.MAX_VALUE;

    /**
     * @param table what is stored of the file; null if nothing is
     * @param storedEnd from here on nothing is stored: appends need not look
     */
    ExtentEdit(long id, @Nullable ExtentTable table, long storedEnd, DataFiles dataFiles) {
        this.id = id;
        this.table = table;
        this.storedEnd = storedEnd;
        this.dataFiles = dataFiles;
    }

    /** Removes all bytes from {@code length} on. */
    void truncate(long length) throws CorruptDataException {
        load(length, length + 1); // what reaches across the cut
        cutLoaded(length, Long.MAX_VALUE);
        cutFrom = Math.min(cutFrom, length);
    }

    /** Puts bytes that were checked and will not change, to be stored beside the records. */
    void putPiece(long offset, byte[] bytes) throws CorruptDataException {
        Extent.Fresh all = new Extent.Fresh(offset, bytes);
        cut(offset, all.end());
        for (long from = offset; from < all.end(); ) {
            long window = from / WINDOW_BYTES;
            long to = Math.min(all.end(), (window + 1) * WINDOW_BYTES);
            current.put(from, all.slice(from, to));
            touchedWindows.add(window);
            from = to;
        }
    }

    /** Puts bytes that stand in a data file. */
    void putData(long offset, Run run) throws CorruptDataException {
        Extent.Data data = new Extent.Data(offset, run);
        cut(offset, data.end());
        current.put(offset, data);
        if (run.byteCount() < WINDOW_BYTES) {
            touchedWindows.add(offset / WINDOW_BYTES);
            touchedWindows.add((data.end() - 1) / WINDOW_BYTES);
        }
    }

    private void cut(long from, long to) throws CorruptDataException {
        load(from, to);
        cutLoaded(from, to);
    }

    private void cutLoaded(long from, long to) {
        for (Extent extent : overlapping(from, to)) {
            current.remove(extent.offset());
            if (extent.offset() < from) {
                current.put(extent.offset(), extent.slice(extent.offset(), from));
            }
            if (extent.end() > to) {
                current.put(to, extent.slice(to, extent.end()));
            }
        }
    }

    private List<Extent> overlapping(long from, long to) {
        Map.Entry<Long, Extent> before = current.lowerEntry(from);
        boolean reachesIn = before != null && before.getValue().end() > from;
        long first = reachesIn ? before.getKey() : from;
        return new ArrayList<>(current.subMap(first, to).values());
    }

    private void load(long from, long requestedTo) throws CorruptDataException {
        long to = Math.min(requestedTo, Math.min(storedEnd, cutFrom));
        if (table == null
                || from >= to
                || loadedRanges.stream().anyMatch(range -> range.from() <= from && to <= range.to())) {
            return;
        }
        for (Extent stored = table.first(from); stored != null && stored.offset() < to; stored = table.next()) {
            if (loaded.putIfAbsent(stored.offset(), stored) == null) {
                current.put(stored.offset(), stored);
                live.remove(stored);
            }
        }
        loadedRanges.add(new Range(from, to));
    }

    /** Folds and merges where small pieces were put. What was folded is in {@link #folded}, also after a failure. */
    void settle() throws StoreException {
        for (long window : touchedWindows) {
            long from = window * WINDOW_BYTES;
            load(from, from + WINDOW_BYTES);
            List<Extent> extents = overlapping(from, from + WINDOW_BYTES);
            boolean crowded = extents.size() > MOST_IN_WINDOW;
            for (List<Extent> neighbours : neighbours(extents, crowded)) {
                settleUnlessDamaged(neighbours, from, crowded);
            }
        }
    }

    /** Damaged bytes stay as they are, for readers to be told and for repair; what is written beside them is stored. */
    private void settleUnlessDamaged(List<Extent> neighbours, long windowFrom, boolean crowded) throws StoreException {
        try {
            settle(neighbours, windowFrom, crowded);
        } catch (CorruptDataException e) {
            LOG.warn("pieces of file {} at {} cannot be folded: {}", id, e.offset(), e.getMessage());
        }
    }

    /** Groups extents that touch each other; those in data files only if the window is crowded. */
    private static List<List<Extent>> neighbours(List<Extent> extents, boolean crowded) {
        List<List<Extent>> groups = new ArrayList<>();
        long end = -1;
        for (Extent extent : extents) {
            if (extent instanceof Extent.Data && !crowded) {
                end = -1;
                continue;
            }
            if (extent.offset() != end) {
                groups.add(new ArrayList<>());
            }
            groups.get(groups.size() - 1).add(extent);
            end = extent.end();
        }
        return groups;
    }

    private void settle(List<Extent> neighbours, long windowFrom, boolean crowded) throws StoreException {
        long from = Math.max(windowFrom, neighbours.get(0).offset());
        long to = Math.min(
                windowFrom + WINDOW_BYTES, neighbours.get(neighbours.size() - 1).end());
        boolean full = to - from == WINDOW_BYTES;
        if (full && !(neighbours.size() == 1 && neighbours.get(0) instanceof Extent.Data)) {
            fold(neighbours, from);
        } else if (crowded && neighbours.size() > 1) {
            replace(from, to, new Extent.Fresh(from, bytes(neighbours, from, to)));
        } else {
            mergeFresh(neighbours);
        }
    }

    private void fold(List<Extent> neighbours, long from) throws StoreException {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(neighbours, from, from + WINDOW_BYTES));
        DataFiles.Written written = dataFiles.append(bytes, Stager.blockCrcs(bytes));
        folded.add(written);
        replace(from, from + WINDOW_BYTES, new Extent.Data(from, written.run()));
    }

    /** Small writes of one batch that touch each other become one piece. */
    private void mergeFresh(List<Extent> neighbours) throws CorruptDataException {
        for (int first = 0; first < neighbours.size(); ) {
            int end = first;
            while (end < neighbours.size() && neighbours.get(end) instanceof Extent.Fresh) {
                end++;
            }
            if (end - first > 1) {
                long from = neighbours.get(first).offset();
                long to = neighbours.get(end - 1).end();
                byte[] bytes = bytes(neighbours.subList(first, end), from, to);
                replace(from, to, new Extent.Fresh(from, bytes));
            }
            first = end + 1;
        }
    }

    private void replace(long from, long to, Extent extent) {
        cutLoaded(from, to);
        current.put(from, extent);
    }

    private byte[] bytes(List<Extent> extents, long from, long to) throws CorruptDataException {
        byte[] bytes = new byte[(int) (to - from)];
        ExtentReader reader = new ExtentReader(dataFiles, table, bytes, from);
        for (Extent extent : extents) {
            copy(reader, extent);
        }
        return bytes;
    }

    private static void copy(ExtentReader reader, Extent extent) throws CorruptDataException {
        try {
            reader.copy(extent);
        } catch (ExtentReader.OutdatedException e) {
            // Nobody else changes the file while a batch is prepared, so its newest records do not outdate.
            throw new CorruptDataException(String.valueOf(e.getMessage()), extent.offset());
        }
    }

    List<DataFiles.Written> folded() {
        return folded;
    }

    /** Adds what the database must change, and returns how many bytes more are live. Call it once, at the end. */
    LiveBytes finish(List<Mutation> mutations) throws CorruptDataException {
        removeCut(mutations);
        for (long offset : loaded.keySet()) {
            if (!current.containsKey(offset)) {
                mutations.add(new Mutation.Delete(Family.EXTENTS, Keys.extent(id, offset)));
            }
        }
        for (Extent extent : current.values()) {
            live.add(extent);
            if (loaded.get(extent.offset()) != extent) {
                mutations.add(new Mutation.Put(Family.EXTENTS, Keys.extent(id, extent.offset()), encode(extent)));
                addPlace(mutations, extent);
            }
        }
        return live;
    }

    private void addPlace(List<Mutation> mutations, Extent extent) {
        if (extent instanceof Extent.Data data) {
            mutations.add(Records.putPlace(data.run().file(), id, data.offset()));
        }
    }

    private byte[] encode(Extent extent) throws CorruptDataException {
        if (extent instanceof Extent.Data data) {
            return ExtentCodec.encode(data);
        }
        if (extent instanceof Extent.Fresh fresh) {
            return ExtentCodec.encode(fresh);
        }
        // A part of a stored piece becomes a piece of its own.
        byte[] bytes = bytes(List.of(extent), extent.offset(), extent.end());
        return ExtentCodec.encode(new Extent.Fresh(extent.offset(), bytes));
    }

    private void removeCut(List<Mutation> mutations) throws CorruptDataException {
        if (table == null || cutFrom == Long.MAX_VALUE) {
            return;
        }
        List<Mutation> deletes = new ArrayList<>();
        for (Extent stored = table.first(cutFrom); stored != null; stored = table.next()) {
            if (!loaded.containsKey(stored.offset())) {
                live.remove(stored);
                if (deletes.size() <= MOST_SINGLE_DELETES) {
                    deletes.add(new Mutation.Delete(Family.EXTENTS, Keys.extent(id, stored.offset())));
                }
            }
        }
        if (deletes.size() <= MOST_SINGLE_DELETES) {
            mutations.addAll(deletes);
        } else {
            mutations.add(new Mutation.DeleteRange(Family.EXTENTS, Keys.extent(id, cutFrom), Keys.extent(id + 1, 0)));
        }
    }
}
