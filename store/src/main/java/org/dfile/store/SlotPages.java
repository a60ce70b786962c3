package org.dfile.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.dfile.model.FileName;
import org.dfile.model.Slot;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksIterator;

/** Pages of the records of one slot, read from the two places that stand in the order of slots. */
final class SlotPages {

    private final Database database;
    private final Records records;
    private final Slots slots;
    private final ChangeLine line;

    SlotPages(Database database, Records records, Slots slots, ChangeLine line) {
        this.database = database;
        this.records = records;
        this.slots = slots;
        this.line = line;
    }

    CompletionStage<SlotPage> page(Slot slot, String after, int limit) throws StoreException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit);
        }
        byte[] start = start(slot, after);
        List<SlotPage.Entry> entries = new ArrayList<>();
        boolean more;
        try (Database.View view = database.snapshot()) {
            TreeSet<FileName> names = new TreeSet<>();
            addNames(view, Family.NAMES, slot, start, limit, names);
            addNames(view, Family.PENDING, slot, start, limit, names);
            more = names.size() > limit;
            for (FileName name : names.stream().limit(limit).toList()) {
                entries.add(entry(view, name));
            }
        }
        synchronized (slots) { // after the records: what was purged is not above the floor
            return line.synced(
                    new SlotPage(slot, entries, more, slots.settled(slot).floor()));
        }
    }

    private static byte[] start(Slot slot, String after) {
        byte[] key = Keys.inSlot(slot, after.getBytes(StandardCharsets.UTF_8));
        return after.isEmpty() ? key : Arrays.copyOf(key, key.length + 1); // the first key after it
    }

    /** Adds one name more than the limit, if there are so many, for it to be seen that there are. */
    private static void addNames(
            Database.View view, Family family, Slot slot, byte[] start, int limit, Set<FileName> names)
            throws CorruptDataException {
        byte[] prefix = Keys.inSlot(slot, new byte[0]);
        try (RocksIterator iterator = view.iterator(family)) {
            iterator.seek(start);
            for (int count = 0; count <= limit && Records.startsWith(iterator, prefix); count++) {
                names.add(Keys.nameInSlot(iterator.key()));
                iterator.next();
            }
            Database.check(iterator);
        }
    }

    private SlotPage.Entry entry(Database.View view, FileName name) throws AmnesiacException {
        FileRecord record = records.file(view, name);
        Optional<PendingBatch> pending = Optional.ofNullable(records.pending(view, name));
        if (record == null && pending.isEmpty()) {
            throw new AmnesiacException(name, new CorruptDataException("its record is missing", 0));
        }
        return new SlotPage.Entry(name, ChangeLine.committed(record), pending.map(PendingBatch::pending));
    }
}
