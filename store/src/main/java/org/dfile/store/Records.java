package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Session;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/** Reads records out of the database. */
final class Records {

    private static final byte[] TOTALS = {'T'};
    private static final byte[] BOOT_COUNT = {'B'};
    private static final byte[] VOLUME = {'V'};
    private static final byte[] LIVE_BYTES = {'L'};

    /**
     * Sums over the volume, kept in the commit that changes them.
     *
     * @param files that exist
     * @param lengths sum of their lengths
     * @param pieceBytes bytes that stand beside the records
     * @param nextId above every file id that a committed record has
     * @param changes number of the last change of a record
     */
    record Totals(long files, long lengths, long pieceBytes, long nextId, long changes) {

        static final Totals NONE = new Totals(0, 0, 0, 1, 0);

        Mutation put() {
            byte[] value = ByteBuffer.allocate(5 * Long.BYTES)
                    .putLong(files)
                    .putLong(lengths)
                    .putLong(pieceBytes)
                    .putLong(nextId)
                    .putLong(changes)
                    .array();
            return new Mutation.Put(Family.META, TOTALS, value);
        }
    }

    static Mutation putBootCount(long count) {
        return new Mutation.Put(
                Family.META,
                BOOT_COUNT,
                ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    }

    static Mutation putVolume(VolumeIdentity identity) {
        return new Mutation.Put(Family.META, VOLUME, VolumeFile.encode(identity));
    }

    static Mutation putLiveBytes(int dataFile, long byteCount) {
        byte[] key = Keys.liveBytes(dataFile);
        return byteCount == 0
                ? new Mutation.Delete(Family.META, key)
                : new Mutation.Put(
                        Family.META,
                        key,
                        ByteBuffer.allocate(Long.BYTES).putLong(byteCount).array());
    }

    static Mutation putPlace(int dataFile, long id, long offset) {
        return new Mutation.Put(Family.PLACES, Keys.place(dataFile, id, offset), new byte[0]);
    }

    long bootCount(Database.View view) throws CorruptDataException {
        byte[] value = view.get(Family.META, BOOT_COUNT);
        return value == null ? 0 : ByteBuffer.wrap(value).getLong();
    }

    boolean belongsTo(Database.View view, VolumeIdentity identity) throws CorruptDataException {
        return Arrays.equals(view.get(Family.META, VOLUME), VolumeFile.encode(identity));
    }

    Totals totals(Database.View view) throws CorruptDataException {
        byte[] value = view.get(Family.META, TOTALS);
        if (value == null) {
            return Totals.NONE;
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        return new Totals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    Map<Integer, Long> liveBytes(Database.View view) throws CorruptDataException {
        Map<Integer, Long> live = new HashMap<>();
        try (RocksIterator iterator = view.iterator(Family.META)) {
            for (iterator.seek(LIVE_BYTES); startsWith(iterator, LIVE_BYTES); iterator.next()) {
                int dataFile = ByteBuffer.wrap(iterator.key()).getInt(LIVE_BYTES.length);
                live.put(dataFile, ByteBuffer.wrap(iterator.value()).getLong());
            }
            Database.check(iterator);
        }
        return live;
    }

    @Nullable
    FileRecord file(Database.View view, FileName name) throws AmnesiacException {
        return decoded(view, Family.FILES, name.utf8(), name, RecordCodec::decode);
    }

    @Nullable
    PendingBatch pending(Database.View view, FileName name) throws AmnesiacException {
        return decoded(view, Family.PENDING, Keys.inSlot(name), name, PendingCodec::decode);
    }

    /** Returns what the record of a name counts for, also if that cannot be read itself. */
    @Nullable
    Footprint footprint(Database.View view, FileName name) throws AmnesiacException {
        return decoded(view, Family.NAMES, Keys.inSlot(name), name, Footprint::decode);
    }

    /** The stored form of something that a name has. */
    @FunctionalInterface
    private interface Form<T> {
        T decode(byte[] value) throws CorruptDataException;
    }

    /** Fails if it is damaged: that is not the same as none (I9). */
    private static <T> @Nullable T decoded(Database.View view, Family family, byte[] key, FileName name, Form<T> form)
            throws AmnesiacException {
        try {
            byte[] value = view.get(family, key);
            return value == null ? null : form.decode(value);
        } catch (CorruptDataException e) {
            throw new AmnesiacException(name, e);
        }
    }

    /** Returns the whole state that a record stands for. */
    FileState state(Database.View view, FileName name, FileRecord file) throws AmnesiacException {
        try {
            return file.state(sessions(view, file.id()));
        } catch (CorruptDataException e) {
            throw new AmnesiacException(name, e);
        }
    }

    /** Returns the sessions of a file, least recently used first. */
    List<Session> sessions(Database.View view, long id) throws CorruptDataException {
        List<Session> sessions = new ArrayList<>();
        byte[] prefix = Keys.sessions(id);
        try (RocksIterator iterator = view.iterator(Family.SESSIONS)) {
            for (iterator.seek(prefix); startsWith(iterator, prefix); iterator.next()) {
                sessions.add(SessionCodec.decode(Keys.sessionId(iterator.key()), iterator.value()));
            }
            Database.check(iterator);
        }
        sessions.sort(Comparator.comparingLong(Session::usedSeq));
        return sessions;
    }

    static boolean startsWith(RocksIterator iterator, byte[] prefix) {
        if (!iterator.isValid()) {
            return false;
        }
        byte[] key = iterator.key();
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
