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
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.dfile.model.FileName;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all records and all bytes in the background, at a bounded rate, and checks them: first RocksDB's tables, then file
 * by file. It goes on after a restart from where it was last saved. Besides it looks at files of which somebody met damage,
 * or put something in its place, whether a scrub runs or not. What is damaged is noted in the {@link DamageLog} and stays
 * where it is.
 */
final class Scrubber {

    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int NAMES_AT_A_TIME = 256;
    private static final int MOST_SUSPECTS = 1_000;

    /** Something to read even of a file without bytes: its record. */
    private static final int RECORD_BYTES = 256;

    private final Database database;
    private final FileCheck check;
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
            FileCheck check,
            VolumeDirectory directory,
            Committer committer,
            DamageLog log,
            Health health,
            UpkeepSettings settings,
            ScrubState state) {
        this.database = database;
        this.check = check;
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
                state = state.damageFound();
                log.add(
                        new Damage(Damage.Kind.TABLE, name, 0, reason, Instant.now()),
                        state.pass(),
                        file -> Files.copy(path, file));
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

    /** Checks a file as a part of the scrub. Returns false if it is time to stop. */
    private boolean checkFile(byte[] name, long from) throws IOException, InterruptedException {
        FileCheck.Watcher watcher = new FileCheck.Watcher() {
            @Override
            public boolean pace(long byteCount) throws InterruptedException {
                return pacer.pace(byteCount);
            }

            @Override
            public void read(byte[] of, long end, long byteCount) throws IOException, InterruptedException {
                state = state.bytesDone(of, end, byteCount);
                saveNowAndThen();
            }

            @Override
            public void found(Damage.Kind kind, String of, long offset, String reason, byte[] bytes)
                    throws IOException, InterruptedException {
                state = state.damageFound();
                note(new Damage(kind, of, offset, reason, Instant.now()), bytes);
            }
        };
        return check.check(name, from, watcher) != FileCheck.End.STOPPED;
    }

    private void note(Damage damage, byte[] bytes) throws PoisonedException, InterruptedException {
        log.add(damage, state.pass(), copyOf(bytes));
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

    // -- single files

    /** Damage is noted; counts belong to the scrub. */
    private final class Suspicion implements FileCheck.Watcher {
        private final Set<Long> offsets = new HashSet<>();

        @Override
        public boolean pace(long byteCount) throws InterruptedException {
            return pacer.pace(byteCount);
        }

        @Override
        public void read(byte[] name, long end, long byteCount) {
            // how far it is matters to nobody
        }

        @Override
        public void found(Damage.Kind kind, String name, long offset, String reason, byte[] bytes)
                throws IOException, InterruptedException {
            offsets.add(offset);
            note(new Damage(kind, name, offset, reason, Instant.now()), bytes);
        }
    }

    /** What is whole again leaves the list. Of a file without a record the next scrub decides that. */
    private void checkSuspects() throws IOException, InterruptedException {
        for (FileName name = nextSuspect(); name != null && !pacer.stopped(); name = nextSuspect()) {
            Suspicion suspicion = new Suspicion();
            if (check.check(name.utf8(), 0, suspicion) == FileCheck.End.ALL_READ) {
                log.forgetAllBut(name, suspicion.offsets);
            }
        }
    }

    /** Notes what is damaged of the record of a file, before it is taken away. For any thread. */
    void noteRecord(FileName name) throws PoisonedException {
        FileCheck.DamagedRecord damaged = check.checkRecord(name);
        if (damaged == null) {
            return;
        }
        try {
            note(new Damage(Damage.Kind.RECORD, name.toString(), 0, damaged.reason(), Instant.now()), damaged.bytes());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while noting damage of " + name, e);
        }
    }
}
