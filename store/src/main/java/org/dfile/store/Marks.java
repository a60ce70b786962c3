package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.dfile.model.FileName;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksIterator;

/** The marks of files. Those that stop a file are known in memory; there are few, since each calls for an operator. */
final class Marks {

    private final Database database;
    private final ChangeLine line;
    private final Set<FileName> stopped = ConcurrentHashMap.newKeySet();

    Marks(Database database, ChangeLine line) throws CorruptDataException {
        this.database = database;
        this.line = line;
        try (Database.View view = database.latest()) {
            loadStopped(view);
        }
    }

    private void loadStopped(Database.View view) throws CorruptDataException {
        byte[] prefix = key(FileMark.DIVERGED, new byte[0]);
        try (RocksIterator iterator = view.iterator(Family.MARKS)) {
            for (iterator.seek(prefix); Records.startsWith(iterator, prefix); iterator.next()) {
                byte[] key = iterator.key();
                stopped.add(FileName.ofUtf8(Arrays.copyOfRange(key, prefix.length, key.length)));
            }
            Database.check(iterator);
        }
    }

    /** Fails if a file has stopped (I18). */
    void check(FileName name) throws DivergedException {
        if (stopped.contains(name)) {
            throw new DivergedException(name);
        }
    }

    CompletionStage<Set<FileMark>> mark(FileName name, FileMark mark) throws StoreException {
        if (mark == FileMark.DIVERGED) {
            stopped.add(name); // before it is on disk: what is wrong now was wrong before
        }
        Set<FileMark> after = marks(name);
        after.add(mark);
        Mutation put = new Mutation.Put(Family.MARKS, key(mark, name.utf8()), new byte[0]);
        return line.submit(Change.ofRecords(List.of(put), after));
    }

    Set<FileMark> marks(FileName name) throws CorruptDataException {
        Set<FileMark> marks = EnumSet.noneOf(FileMark.class);
        try (Database.View view = database.latest()) {
            for (FileMark mark : FileMark.values()) {
                if (view.get(Family.MARKS, key(mark, name.utf8())) != null) {
                    marks.add(mark);
                }
            }
        }
        return marks;
    }

    private static byte[] key(FileMark mark, byte[] utf8) {
        byte code = switch (mark) {
            case DIVERGED -> 1;
            case LOSS_ACCEPTED -> 2;
        };
        return ByteBuffer.allocate(1 + utf8.length).put(code).put(utf8).array();
    }
}
