package org.dfile.store;

import java.util.Arrays;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** The stored extents of one file, in order of offset. A piece is found without copying its bytes. Of one thread. */
final class ExtentTable implements AutoCloseable {

    private static final int HEADER_BYTES = 512;

    private final Database.View view;
    private final RocksIterator iterator;
    private final long id;
    private final byte[] header = new byte[HEADER_BYTES];

    ExtentTable(Database.View view, long id) {
        this.view = view;
        this.iterator = view.iterator(Family.EXTENTS);
        this.id = id;
    }

    /** Returns the first extent that ends after {@code offset}, if there is one. */
    @Nullable
    Extent first(long offset) throws CorruptDataException {
        iterator.seekForPrev(Keys.extent(id, offset));
        Extent before = current();
        if (before != null && before.end() > offset) {
            return before;
        }
        if (before != null) {
            return next();
        }
        iterator.seek(Keys.extent(id, offset));
        return current();
    }

    /** Returns the extent after the one returned last, if there is one. */
    @Nullable
    Extent next() throws CorruptDataException {
        iterator.next();
        return current();
    }

    private @Nullable Extent current() throws CorruptDataException {
        Database.check(iterator);
        if (!iterator.isValid()) {
            return null;
        }
        byte[] key = iterator.key();
        if (!Keys.belongsTo(key, id)) {
            return null;
        }
        long offset = Keys.extentOffset(key);
        int valueBytes = iterator.value(header);
        boolean needsAll = valueBytes > HEADER_BYTES && ExtentCodec.isData(header);
        return ExtentCodec.decode(offset, needsAll ? iterator.value() : header, valueBytes);
    }

    /** Returns the stored bytes of a piece, checked. */
    byte[] pieceBytes(long keyOffset) throws CorruptDataException {
        byte[] key = Keys.extent(id, keyOffset);
        byte[] value = iterator.isValid() && Arrays.equals(iterator.key(), key)
                ? iterator.value()
                : view.get(Family.EXTENTS, key);
        if (value == null) {
            throw new CorruptDataException("a piece beside the records is missing", keyOffset);
        }
        return ExtentCodec.pieceBytes(keyOffset, value);
    }

    @Override
    public void close() {
        iterator.close();
    }
}
