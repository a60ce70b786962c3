package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dfile.model.FileName;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one file, its record and all its bytes, and holds them against their checksums. Changes nothing. */
final class FileCheck {

    private static final Logger LOG = LoggerFactory.getLogger(FileCheck.class);
    private static final int EXTENTS_AT_A_TIME = 64;

    /** What the check tells on its way. */
    interface Watcher {

        /** Called before so many bytes are read. Returns false if the check is to end here. */
        boolean pace(long byteCount) throws IOException, InterruptedException;

        /** Everything before {@code end} was read; these bytes were the last of it. */
        void read(byte[] name, long end, long byteCount) throws IOException, InterruptedException;

        /**
         * A place is damaged.
         *
         * @param bytes what stands there; empty if nothing can be read
         */
        void found(Damage.Kind kind, String name, long offset, String reason, byte[] bytes)
                throws IOException, InterruptedException;
    }

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;

    FileCheck(Database database, Records records, DataFiles dataFiles) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
    }

    /** How a check ended. */
    enum End {
        /** There is no record to begin with. */
        NO_RECORD,
        /** The record, or a part of it, cannot be read; so it is not known where all bytes are. */
        RECORD_DAMAGED,
        /** All bytes were read. */
        ALL_READ,
        /** The watcher ended it. */
        STOPPED
    }

    /**
     * Checks a file.
     *
     * @param from offset of the first byte to read
     */
    End check(byte[] name, long from, Watcher watcher) throws IOException, InterruptedException {
        String text = new String(name, UTF_8);
        FileRecord file;
        try (Database.View view = database.latest()) {
            file = record(view, FileName.ofUtf8(name));
            if (file == null) {
                return End.NO_RECORD;
            }
        } catch (AmnesiacException e) {
            DamagedRecord damaged = damaged(e);
            watcher.found(Damage.Kind.RECORD, text, 0, damaged.reason(), damaged.bytes());
            return End.RECORD_DAMAGED;
        }
        long offset = from;
        while (offset < file.length()) {
            List<Stored> extents;
            try {
                extents = nextExtents(file.id(), offset);
            } catch (CorruptDataException e) {
                watcher.found(Damage.Kind.RECORD, text, offset, String.valueOf(e.getMessage()), new byte[0]);
                return End.RECORD_DAMAGED;
            }
            if (extents.isEmpty()) {
                return End.ALL_READ;
            }
            for (Stored extent : extents) {
                if (!watcher.pace(extent.value().length
                        + (extent.data() == null ? 0 : extent.data().byteCount()))) {
                    return End.STOPPED;
                }
                check(text, extent, watcher);
                offset = extent.end();
                watcher.read(name, offset, extent.end() - extent.offset());
            }
        }
        return End.ALL_READ;
    }

    // -- the record

    /**
     * What is wrong with a record.
     *
     * @param bytes of it and of the pending batch, as far as they can be read
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record DamagedRecord(String reason, byte[] bytes) {}

    /** Looks at the record of a file alone, with what belongs to it. Returns null if nothing is wrong with it. */
    @Nullable
    DamagedRecord checkRecord(FileName name) {
        try (Database.View view = database.latest()) {
            record(view, name);
            return null;
        } catch (AmnesiacException e) {
            return damaged(e);
        }
    }

    private DamagedRecord damaged(AmnesiacException why) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Database.View view = database.latest()) {
            bytes.writeBytes(stored(view, Family.FILES, why.name().utf8()));
            bytes.writeBytes(stored(view, Family.PENDING, Keys.inSlot(why.name())));
        }
        return new DamagedRecord(String.valueOf(why.getMessage()), bytes.toByteArray());
    }

    private static byte[] stored(Database.View view, Family family, byte[] key) {
        try {
            byte[] value = view.get(family, key);
            return value == null ? new byte[0] : value;
        } catch (CorruptDataException e) {
            return new byte[0]; // what cannot be read cannot be copied
        }
    }

    private @Nullable FileRecord record(Database.View view, FileName name) throws AmnesiacException {
        FileRecord file = records.file(view, name);
        records.pending(view, name);
        if (file != null) {
            records.state(view, name, file); // with its sessions
        } else if (records.footprint(view, name) != null) {
            throw new AmnesiacException(name, new CorruptDataException("its record is missing", 0));
        }
        return file;
    }

    // -- bytes

    /** An extent as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stored(byte[] key, byte[] value, long offset, long end, Extent.@Nullable Data data) {}

    /** No cursor stays open while bytes are read, since it would keep RocksDB's old tables. */
    private List<Stored> nextExtents(long id, long offset) throws CorruptDataException {
        List<Stored> extents = new ArrayList<>();
        try (Database.View view = database.latest();
                ExtentTable table = new ExtentTable(view, id)) {
            Extent extent = table.first(offset);
            for (; extent != null && extents.size() < EXTENTS_AT_A_TIME; extent = table.next()) {
                byte[] key = Keys.extent(id, extent.offset());
                byte[] value = view.get(Family.EXTENTS, key);
                if (value != null) {
                    Extent.Data data = extent instanceof Extent.Data inDataFile ? inDataFile : null;
                    extents.add(new Stored(key, value, extent.offset(), extent.end(), data));
                }
            }
        }
        return extents;
    }

    private void check(String name, Stored extent, Watcher watcher) throws IOException, InterruptedException {
        if (extent.data() != null) {
            checkRun(name, extent, extent.data(), watcher);
            return;
        }
        try {
            ExtentCodec.pieceBytes(extent.offset(), extent.value());
        } catch (CorruptDataException e) {
            String reason = String.valueOf(e.getMessage());
            watcher.found(Damage.Kind.BYTES, name, extent.offset(), reason, extent.value());
        }
    }

    private void checkRun(String name, Stored extent, Extent.Data data, Watcher watcher)
            throws IOException, InterruptedException {
        DataFile file = dataFiles.acquire(data.run().file());
        if (file == null) {
            if (isStill(extent)) {
                String reason = "data file " + data.run().file() + " is gone";
                watcher.found(Damage.Kind.BYTES, name, data.offset(), reason, new byte[0]);
            }
            return;
        }
        try {
            for (int block = 0; block < data.run().crcs().length; block++) {
                Run one = data.run().blocks(block, block);
                RunReader.Result read = RunReader.read(dataFiles, file, one);
                if (read.damage() != null && isStill(extent)) {
                    long offset = data.offset() - data.skip() + (long) block * Run.BLOCK_BYTES;
                    String reason = "block at " + one.position() + " of data file " + one.file() + " "
                            + read.damage().reason();
                    watcher.found(Damage.Kind.BYTES, name, Math.max(data.offset(), offset), reason, read.bytes());
                }
            }
        } finally {
            dataFiles.letGo(file);
        }
    }

    /** Whether the file still has this extent: otherwise its place may have been given up meanwhile. */
    private boolean isStill(Stored extent) {
        try (Database.View view = database.latest()) {
            return Arrays.equals(view.get(Family.EXTENTS, extent.key()), extent.value());
        } catch (CorruptDataException e) {
            LOG.warn("an extent was read once, but not again: {}", e.getMessage());
            return true;
        }
    }
}
