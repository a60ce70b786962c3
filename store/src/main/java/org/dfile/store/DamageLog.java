package org.dfile.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.dfile.model.FileName;
import org.dfile.store.Database.Family;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known to be damaged, durably, and what was found in its place, in the folder {@code quarantine}. Of what is
 * beyond the limit only the number is kept, until the process ends. Used by many threads.
 */
final class DamageLog {

    private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);
    private static final int FORMAT = 1;
    private static final int LONGEST_REASON = 1_000;

    private record Place(Damage.Kind kind, String name, long offset) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byKind = kind.compareTo(other.kind);
            int byName = byKind != 0 ? byKind : name.compareTo(other.name);
            return byName != 0 ? byName : Long.compare(offset, other.offset);
        }

        byte[] key() {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + utf8.length + Long.BYTES)
                    .put(code(kind))
                    .put(utf8)
                    .putLong(offset)
                    .array();
        }
    }

    private record Entry(Damage damage, long pass) {}

    private final VolumeDirectory directory;
    private final Committer committer;
    private final int limit;

    // Guarded by this.
    private final TreeMap<Place, Entry> entries = new TreeMap<>();
    private long unlisted;

    DamageLog(VolumeDirectory directory, Committer committer, Database.View view, int limit)
            throws CorruptDataException {
        this.directory = directory;
        this.committer = committer;
        this.limit = limit;
        load(view);
    }

    private void load(Database.View view) throws CorruptDataException {
        try (RocksIterator iterator = view.iterator(Family.DAMAGE)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                Entry entry = decode(iterator.key(), iterator.value());
                entries.put(place(entry.damage()), entry);
            }
            Database.check(iterator);
        }
    }

    private static Place place(Damage damage) {
        return new Place(damage.kind(), damage.name(), damage.offset());
    }

    /**
     * Remembers a damaged place, and keeps a copy of what stands there.
     *
     * @param found what to keep; is called only if the place was not known
     */
    void add(Damage damage, long pass, Copy found) throws PoisonedException, InterruptedException {
        Place place = place(damage);
        Entry entry;
        boolean isNew;
        synchronized (this) {
            Entry known = entries.get(place);
            if (known == null && entries.size() >= limit) {
                unlisted++;
                LOG.error("damaged, beyond the limit of the list: {}", damage);
                return;
            }
            entry = new Entry(known == null ? damage : known.damage(), pass);
            entries.put(place, entry);
            if (known != null && known.pass() == pass) {
                return;
            }
            isNew = known == null;
        }
        if (isNew) {
            LOG.error("damaged: {}", damage);
            keep(damage, found);
        }
        committer.commit(Change.ofRecords(List.of(new Mutation.Put(Family.DAMAGE, place.key(), encode(entry))), true));
    }

    /** Something that can be put into a file. */
    interface Copy {
        void writeTo(Path file) throws IOException;
    }

    /** A copy that cannot be made is no reason to stop: what is damaged stays where it is all the same. */
    private void keep(Damage damage, Copy found) {
        try {
            Files.createDirectories(directory.quarantine());
            Path file = directory.path().resolve(damage.copy());
            if (!Files.exists(file)) {
                found.writeTo(file);
                DataFiles.syncDirectory(directory.quarantine());
            }
        } catch (IOException e) {
            LOG.warn("no copy of {}: {}", damage, e.toString());
        }
    }

    /** Forgets what a complete scrub has not met any more: it was overwritten, deleted or repaired. */
    void forgetBefore(long pass) throws PoisonedException, InterruptedException {
        forget(entry -> entry.pass() < pass);
    }

    private void forget(Predicate<Entry> which) throws PoisonedException, InterruptedException {
        List<Mutation> deletes = new ArrayList<>();
        synchronized (this) {
            for (Map.Entry<Place, Entry> entry : List.copyOf(entries.entrySet())) {
                if (which.test(entry.getValue())) {
                    LOG.info("damaged no longer: {}", entry.getValue().damage());
                    deletes.add(
                            new Mutation.Delete(Family.DAMAGE, entry.getKey().key()));
                    entries.remove(entry.getKey());
                }
            }
        }
        if (!deletes.isEmpty()) {
            committer.commit(Change.ofRecords(deletes, true));
        }
    }

    private static boolean isOf(FileName name, Damage damage) {
        return damage.kind() != Damage.Kind.TABLE && damage.name().equals(name.toString());
    }

    /** Forgets what was damaged of a file, but for these offsets: all else of it has just been read, and is whole. */
    void forgetAllBut(FileName name, Set<Long> offsets) throws PoisonedException, InterruptedException {
        forget(entry ->
                isOf(name, entry.damage()) && !offsets.contains(entry.damage().offset()));
    }

    synchronized void beginPass() {
        unlisted = 0;
    }

    synchronized List<Damage> list() {
        return entries.values().stream().map(Entry::damage).toList();
    }

    synchronized long count() {
        return entries.size() + unlisted;
    }

    private static byte code(Damage.Kind kind) {
        return switch (kind) {
            case BYTES -> 1;
            case RECORD -> 2;
            case TABLE -> 3;
        };
    }

    private static Damage.Kind kind(byte code) throws IOException {
        for (Damage.Kind kind : Damage.Kind.values()) {
            if (code(kind) == code) {
                return kind;
            }
        }
        throw new IOException("unknown kind " + code);
    }

    private static byte[] encode(Entry entry) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        String reason = entry.damage().reason();
        try (DataOutputStream out = new DataOutputStream(value)) {
            out.writeByte(FORMAT);
            out.writeLong(entry.pass());
            out.writeLong(entry.damage().found().toEpochMilli());
            out.writeUTF(reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return value.toByteArray();
    }

    private static Entry decode(byte[] key, byte[] value) throws CorruptDataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != FORMAT || key.length < 1 + Long.BYTES) {
                throw new IOException("its format is not " + FORMAT);
            }
            int nameBytes = key.length - 1 - Long.BYTES;
            String name = new String(key, 1, nameBytes, StandardCharsets.UTF_8);
            long offset = ByteBuffer.wrap(key).getLong(1 + nameBytes);
            long pass = in.readLong();
            Instant found = Instant.ofEpochMilli(in.readLong());
            return new Entry(new Damage(kind(key[0]), name, offset, in.readUTF(), found), pass);
        } catch (IOException e) {
            throw new CorruptDataException("not a record of damage: " + e.getMessage(), 0);
        }
    }
}
