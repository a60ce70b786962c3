package org.dfile.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.Operation;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** Lists names in order: those with a record, and those that only a pending batch would give one. */
final class NameReader {

    private final Database database;
    private final Records records;

    NameReader(Database database, Records records) {
        this.database = database;
        this.records = records;
    }

    /** Does what {@link FileStore#list} says; the answer does not say which slots are not complete. */
    ListResult list(String prefix, String after, int limit) throws StoreException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit);
        }
        byte[] prefixKey = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] afterKey = after.getBytes(StandardCharsets.UTF_8);
        byte[] start = start(prefixKey, afterKey);
        TreeMap<FileName, ListResult.Entry> entries = new TreeMap<>();
        boolean more = false;
        try (Database.View view = database.snapshot();
                RocksIterator names = view.iterator(Family.FILES)) {
            Set<FileName> pending = pendingNames(view, prefixKey, start);
            pending.forEach(name -> entries.put(name, withoutRecord(name)));
            names.seek(start);
            for (int count = 0; Records.startsWith(names, prefixKey); names.next(), count++) {
                if (count == limit) {
                    more = true;
                    break;
                }
                ListResult.Entry entry = entry(names, pending);
                entries.put(entry.status().name(), entry);
            }
            Database.check(names);
            return result(entries, names, more, limit);
        }
    }

    /** Names behind the last record that was read may have one. */
    private static ListResult result(
            NavigableMap<FileName, ListResult.Entry> entries, RocksIterator names, boolean more, int limit) {
        Map<FileName, ListResult.Entry> sure = more ? entries.headMap(FileName.ofUtf8(names.key()), false) : entries;
        return new ListResult(sure.values().stream().limit(limit).toList(), more || sure.size() > limit, List.of());
    }

    /** Returns names of which a pending batch creates or deletes the file. Costs what all pending batches cost: they are few. */
    private Set<FileName> pendingNames(Database.View view, byte[] prefix, byte[] start) throws StoreException {
        Set<FileName> found = new HashSet<>();
        try (RocksIterator pending = view.iterator(Family.PENDING)) {
            for (pending.seekToFirst(); pending.isValid(); pending.next()) {
                FileName name = Keys.nameInSlot(pending.key());
                if (isIn(name.utf8(), prefix, start) && changesExistence(records.pending(view, name))) {
                    found.add(name);
                }
            }
            Database.check(pending);
        }
        return found;
    }

    private static boolean isIn(byte[] name, byte[] prefix, byte[] start) {
        return Arrays.compareUnsigned(name, start) >= 0
                && name.length >= prefix.length
                && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static boolean changesExistence(@Nullable PendingBatch pending) {
        return pending != null
                && pending.batch().operations().stream()
                        .anyMatch(operation ->
                                operation instanceof Operation.Create || operation instanceof Operation.Delete);
    }

    private static ListResult.Entry withoutRecord(FileName name) {
        return new ListResult.Entry(
                new FileStatus(name, FileVersion.NONE, 0, Instant.EPOCH, Instant.EPOCH), false, true);
    }

    private static byte[] start(byte[] prefix, byte[] after) {
        if (after.length == 0 || Arrays.compareUnsigned(after, prefix) < 0) {
            return prefix;
        }
        return Arrays.copyOf(after, after.length + 1); // the first key after it
    }

    private static ListResult.Entry entry(RocksIterator names, Set<FileName> pending) throws AmnesiacException {
        FileName name = FileName.ofUtf8(names.key());
        try {
            FileRecord file = RecordCodec.decode(names.value());
            FileStatus status = new FileStatus(name, file.version(), file.length(), file.created(), file.modified());
            return new ListResult.Entry(status, file.exists(), pending.contains(name));
        } catch (CorruptDataException e) {
            throw new AmnesiacException(name, e);
        }
    }
}
