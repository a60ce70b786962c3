package org.dfile.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.dfile.model.FileName;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all records and all bytes in the background, at a bounded rate, and checks them: first RocksDB's tables, then file
 * by file. It goes on after a restart from where it was last saved. Besides it looks at files of which a reader met
 * damaged bytes, whether a scrub runs or not. What is damaged is noted in the {@link DamageLog} and stays where it is.
 */
final class Scrubber {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int NAMES_AT_A_TIME = 256;
    private static final int EXTENTS_AT_A_TIME = 64;
    private static final int MOST_SUSPECTS = 1_000;

    /** Something to read even of a file without bytes: its record. */
    private static final int RECORD_BYTES = 256;

    private final Database database;
    private final Records records;
    private final DataFiles dataFiles;
    private final VolumeDirectory directory;
    private final Committer committer;
    private final DamageLog log;
    private final Health health;
    private final UpkeepSettings settings;
    private final Pacer pacer;
    private final Thread thread = new Thread(this::run, "dfile-store-scrub");

    private volatile ScrubState state;
    private long savedNanos = System.nanoTime();

    // Guarded by this.
    private boolean requested;
    private final Queue<FileName> suspects = new ArrayDeque<>();

    Scrubber(
            Database database,
            Records records,
            DataFiles dataFiles,
            VolumeDirectory directory,
            Committer committer,
            DamageLog log,
            Health health,
            UpkeepSettings settings,
            ScrubState state) {
        this.database = database;
        this.records = records;
        this.dataFiles = dataFiles;
        this.directory = directory;
        this.committer = committer;
        this.log = log;
        this.health = health;
        this.settings = settings;
        this.state = state;
        this.pacer = new Pacer(settings.scrubBytesPerSecond());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends at the next piece, saves how far it is, and waits for that. */
    void stop() throws InterruptedException {
        pacer.stop();
        thread.join();
    }

    /** Begins a scrub, unless one is under way. */
    void request() {
        synchronized (this) {
            requested |= !state.running();
        }
        pacer.wake();
    }

    /** Has a file looked at soon. If too many wait, the next scrub finds what is damaged. */
    void suspect(FileName name) {
        synchronized (this) {
            if (suspects.size() < MOST_SUSPECTS && !suspects.contains(name)) {
                suspects.add(name);
            }
        }
        pacer.wake();
    }

    private synchronized @Nullable FileName nextSuspect() {
        return suspects.poll();
    }

    synchronized ScrubStatus status(long liveBytes) {
        ScrubState now = state;
        boolean running = now.running() || requested;
        return new ScrubStatus(
                running, now.began(), now.files(), now.bytes(), liveBytes, now.last(), log.count(), log.list());
    }

    private void run() {
        try {
            while (pacer.idle(settings.scrubSaveInterval()) && !health.poisoned()) {
                checkSuspects();
                if (state.running() || takeRequest()) {
                    scrub();
                }
            }
        } catch (PoisonedException e) {
            LOG.debug("scrub ends: {}", e.getMessage());
        } catch (InterruptedException e) {
            health.poison("scrub was interrupted", e); // nobody has this thread but the store, which does not
        } catch (IOException | RuntimeException | Error e) {
            health.poison("scrub", e);
        }
    }

    private synchronized boolean takeRequest() {
        boolean taken = requested;
        if (taken) {
            state = state.begin(Instant.now());
            log.beginPass();
        }
        requested = false;
        return taken;
    }

    private void scrub() throws IOException, InterruptedException {
        save();
        if (state.after().length == 0 && state.offset() == 0) {
            checkTables();
        }
        boolean atEnd = false;
        while (!atEnd && !pacer.stopped()) {
            atEnd = checkNextFiles();
        }
        if (atEnd && !pacer.stopped()) {
            if (state.complete()) {
                log.forgetBefore(state.pass());
            }
            state = state.end(Instant.now());
            LOG.info("scrub ended: {}", state.last());
        }
        save();
    }

    private void save() throws PoisonedException, InterruptedException {
        committer.commit(Change.ofRecords(List.of(state.put()), true));
        savedNanos = System.nanoTime();
    }

    private void saveNowAndThen() throws PoisonedException, InterruptedException {
        if (Duration.ofNanos(System.nanoTime() - savedNanos).compareTo(settings.scrubSaveInterval()) >= 0) {
            save();
        }
    }

    private void checkSuspects() throws IOException, InterruptedException {
        for (FileName name = nextSuspect(); name != null && !pacer.stopped(); name = nextSuspect()) {
            ScrubState before = state;
            checkFile(name.utf8(), 0);
            state = before; // counts belong to the scrub
        }
    }

    // -- tables

    private void checkTables() throws IOException, InterruptedException {
        for (Database.Table table : database.tables()) {
            if (!pacer.pace(table.byteCount())) {
                return;
            }
            String reason = database.verify(table);
            if (reason != null && database.tables().stream().anyMatch(table::equals)) {
                Path path = table.path();
                String name = directory.path().relativize(path).toString();
                found(Damage.Kind.TABLE, name, 0, reason, file -> Files.copy(path, file));
            }
        }
    }

    // -- files

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(byte[] name, byte[] value) {}

    /** Returns whether there are no more. */
    private boolean checkNextFiles() throws IOException, InterruptedException {
        List<Row> rows;
        try {
            rows = nextRows();
        } catch (CorruptDataException e) {
            LOG.error("scrub cannot read on after \"{}\": {}", new String(state.after(), UTF_8), e.getMessage());
            state = state.incomplete();
            return true;
        }
        for (Row row : rows) {
            if (!pacer.pace(RECORD_BYTES)) {
                return false;
            }
            if (!checkFile(row.name(), state.offsetIn(row.name()))) {
                return false;
            }
            state = state.fileDone(row.name());
            saveNowAndThen();
            checkSuspects();
        }
        return rows.isEmpty();
    }

    private List<Row> nextRows() throws CorruptDataException {
        List<Row> rows = new ArrayList<>();
        byte[] after = state.after();
        try (Database.View view = database.latest();
                RocksIterator names = view.iterator(Family.FILES)) {
            names.seek(after.length == 0 ? after : Arrays.copyOf(after, after.length + 1));
            for (; rows.size() < NAMES_AT_A_TIME && names.isValid(); names.next()) {
                rows.add(new Row(names.key(), names.value()));
            }
            Database.check(names);
        }
        return rows;
    }

    /** Returns false if it is time to stop. */
    private boolean checkFile(byte[] name, long from) throws IOException, InterruptedException {
        FileRecord file;
        try (Database.View view = database.latest()) {
            byte[] value = view.get(Family.FILES, name);
            if (value == null) {
                return true;
            }
            file = RecordCodec.decode(value);
            records.sessions(view, file.id());
        } catch (CorruptDataException e) {
            found(Damage.Kind.RECORD, new String(name, UTF_8), 0, String.valueOf(e.getMessage()), noBytes());
            return true;
        }
        long offset = from;
        while (offset < file.length()) {
            List<Stored> extents;
            try {
                extents = nextExtents(file.id(), offset);
            } catch (CorruptDataException e) {
                found(Damage.Kind.RECORD, new String(name, UTF_8), offset, String.valueOf(e.getMessage()), noBytes());
                return true;
            }
            if (extents.isEmpty()) {
                return true;
            }
            for (Stored extent : extents) {
                if (!pacer.pace(extent.value().length
                        + (extent.data() == null ? 0 : extent.data().byteCount()))) {
                    return false;
                }
                check(name, extent);
                offset = extent.end();
                state = state.bytesDone(name, offset, extent.end() - extent.offset());
                saveNowAndThen();
            }
        }
        return true;
    }

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

    private void check(byte[] name, Stored extent) throws IOException, InterruptedException {
        String fileName = new String(name, UTF_8);
        if (extent.data() != null) {
            checkRun(fileName, extent, extent.data());
            return;
        }
        try {
            ExtentCodec.pieceBytes(extent.offset(), extent.value());
        } catch (CorruptDataException e) {
            String reason = String.valueOf(e.getMessage());
            found(Damage.Kind.BYTES, fileName, extent.offset(), reason, copyOf(extent.value()));
        }
    }

    private void checkRun(String name, Stored extent, Extent.Data data) throws IOException, InterruptedException {
        DataFile file = dataFiles.acquire(data.run().file());
        if (file == null) {
            if (isStill(extent)) {
                found(
                        Damage.Kind.BYTES,
                        name,
                        data.offset(),
                        "data file " + data.run().file() + " is gone",
                        noBytes());
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
                    byte[] bytes = read.bytes();
                    found(Damage.Kind.BYTES, name, Math.max(data.offset(), offset), reason, copyOf(bytes));
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

    private void found(Damage.Kind kind, String name, long offset, String reason, DamageLog.Copy copy)
            throws PoisonedException, InterruptedException {
        state = state.damageFound();
        log.add(new Damage(kind, name, offset, reason, Instant.now()), state.pass(), copy);
    }

    private static DamageLog.Copy noBytes() {
        return copyOf(new byte[0]);
    }

    private static DamageLog.Copy copyOf(byte[] bytes) {
        return file -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                channel.force(true);
            }
        };
    }
}
