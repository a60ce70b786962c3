package org.dfile.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dfile.model.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The data files of a volume: hands out places in the newest one, begins the next when it is full, removes those that
 * nothing refers to any more. All stay open; there is one per {@link StoreSettings#dataFileBytes} of disk.
 */
final class DataFiles {

    private static final int LONGEST_SYNC_MINUTES = 10;
    private static final long LEAST_FILE_BYTES = 4 << 20;
    private static final long FILES_PER_FILE_SYSTEM = 64;
    private static final Pattern NAME = Pattern.compile("(\\d{6,10})\\.data");

    private final Path directory;
    private final long fileBytes;
    private final long syncAheadBytes;
    private final Safeguards safeguards;
    private final Health health;
    private final ConcurrentSkipListMap<Integer, DataFile> files = new ConcurrentSkipListMap<>();
    private final AtomicLong syncs = new AtomicLong();
    private final ExecutorService syncer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "dfile-store-sync-ahead");
        thread.setDaemon(true);
        return thread;
    });

    // Guarded by this.
    private @Nullable DataFile newest;
    private long newestEnd;
    private int lastNumber;

    DataFiles(Path directory, StoreSettings settings, Safeguards safeguards, Health health) throws IOException {
        this.directory = directory;
        this.fileBytes = fileBytes(directory, settings);
        this.syncAheadBytes = settings.syncAheadBytes();
        this.safeguards = safeguards;
        this.health = health;
    }

    private static long fileBytes(Path directory, StoreSettings settings) throws IOException {
        long fileSystemBytes = Files.getFileStore(directory).getTotalSpace();
        long share = Math.max(LEAST_FILE_BYTES, fileSystemBytes / FILES_PER_FILE_SYSTEM);
        return Math.min(settings.dataFileBytes(), share);
    }

    /** Bytes in a data file, and what must be synced before a record may name them. */
    record Written(Run run, DataFile.SyncPoint syncPoint) {}

    private record Place(DataFile file, long position) {}

    /**
     * Opens what is there. A file that no record refers to holds only bytes that were staged when the process ended, and
     * is removed; one that records refer to must be there. After an unclean stop the newest one may have a tail that
     * nobody refers to: it is closed, so that compaction gives that room back.
     */
    synchronized void open(Map<Integer, Long> liveBytes, boolean stoppedCleanly) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches()) {
                    openOrRemove(Integer.parseInt(name.group(1)), path, liveBytes);
                }
            }
        }
        for (int number : liveBytes.keySet()) {
            if (!files.containsKey(number)) {
                throw new IOException("data file " + path(number) + " is missing");
            }
        }
        if (!files.isEmpty()) {
            lastNumber = files.lastKey();
        }
        if (!files.isEmpty() && stoppedCleanly) {
            newest = files.lastEntry().getValue();
            newestEnd = newest.size();
        }
    }

    private void openOrRemove(int number, Path path, Map<Integer, Long> liveBytes) throws IOException {
        Long live = liveBytes.get(number);
        if (live == null) {
            Files.delete(path);
            return;
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        DataFile file = new DataFile(number, path, channel, health);
        file.addLiveBytes(live);
        files.put(number, file);
    }

    private Path path(int number) {
        return directory.resolve(String.format("%06d.data", number));
    }

    /**
     * Writes bytes to a new place, not yet synced. The file stays at least until {@link #unpin}.
     *
     * @param crcs of each block of {@code bytes}
     */
    Written append(ByteBuffer bytes, int[] crcs) throws PoisonedException {
        int byteCount = bytes.remaining();
        Place place = allocate(byteCount);
        DataFile file = place.file();
        DataFile.SyncPoint syncPoint = file.write(bytes, place.position());
        if (file.unsyncedBytes() >= syncAheadBytes && file.syncAhead.compareAndSet(false, true)) {
            syncer.execute(() -> syncAhead(file));
        }
        return new Written(new Run(file.number(), place.position(), byteCount, crcs), syncPoint);
    }

    private synchronized Place allocate(int byteCount) throws PoisonedException {
        DataFile file = newest;
        if (file == null || newestEnd + byteCount > fileBytes) {
            file = begin();
        }
        file.pins++;
        Place place = new Place(file, newestEnd);
        newestEnd += byteCount;
        return place;
    }

    private DataFile begin() throws PoisonedException {
        health.check();
        int number = lastNumber + 1;
        Path path = path(number);
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            syncDirectory(directory);
            DataFile file = new DataFile(number, path, channel, health);
            files.put(number, file);
            lastNumber = number;
            newest = file;
            newestEnd = 0;
            return file;
        } catch (IOException e) {
            throw health.poison("creating " + path, e);
        }
    }

    static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void syncAhead(DataFile file) {
        if (!file.acquire()) {
            return;
        }
        try {
            file.syncAhead.set(false);
            syncNow(file);
            file.release();
        } catch (IOException e) {
            health.poison("sync ahead of " + file.path(), e);
        }
    }

    private void syncNow(DataFile file) throws PoisonedException {
        if (file.syncAll()) {
            syncs.incrementAndGet();
        }
    }

    /** Returns when the bytes of the sync point are on disk. */
    void sync(DataFile.SyncPoint point) throws PoisonedException {
        if (point.file().sync(point.ticket())) {
            syncs.incrementAndGet();
        }
    }

    /** How often the disk was asked to sync a data file. */
    long syncs() {
        return syncs.get();
    }

    /** Returns a file that stays open until it is released, or null if there is none of that number. */
    @Nullable
    DataFile acquire(int number) {
        DataFile file = files.get(number);
        return file != null && file.acquire() ? file : null;
    }

    /** Ends what {@link #acquire} or {@link DataFile#acquire} began. */
    void letGo(DataFile file) throws PoisonedException {
        try {
            file.release();
        } catch (IOException e) {
            throw health.poison("closing " + file.path(), e);
        }
    }

    /** Returns whether bytes read from a data file are those that were written (I14). */
    boolean intact(ByteBuffer block, int crc) {
        return !safeguards.checkedBlocks() || Bytes.checksum(block) == crc;
    }

    /** Returns how many bytes of a file committed records refer to. */
    long liveBytes(int number) {
        return known(number).liveBytes();
    }

    void addLiveBytes(int number, long delta) {
        known(number).addLiveBytes(delta);
    }

    private DataFile known(int number) {
        DataFile file = files.get(number);
        if (file == null) {
            throw new IllegalStateException("records refer to data file " + number + ", which is not there");
        }
        return file;
    }

    /** How many bytes in data files committed records refer to, and to how many they do not. */
    record Fill(long liveBytes, long garbageBytes) {}

    /** Staged bytes count as garbage until a record names them. */
    synchronized Fill fill() {
        long live = 0;
        long garbage = 0;
        for (DataFile file : files.values()) {
            live += file.liveBytes();
            garbage += Math.max(0, sizeOf(file) - file.liveBytes());
        }
        return new Fill(live, garbage);
    }

    private static long sizeOf(DataFile file) {
        try {
            return file.size();
        } catch (IOException e) {
            throw new UncheckedIOException("the size of " + file.path() + " is not known", e);
        }
    }

    /**
     * Returns the closed files of which at least {@code percent} is garbage, the one with the most garbage first. Staged
     * bytes count as garbage until a record names them.
     */
    synchronized List<DataFile> garbage(int percent) throws IOException {
        record Share(DataFile file, double garbage) {}
        List<Share> shares = new ArrayList<>();
        for (DataFile file : files.values()) {
            long size = file == newest ? 0 : file.size();
            double garbage = size == 0 ? 0 : 1 - (double) file.liveBytes() / size;
            if (garbage * 100 >= percent && file.liveBytes() > 0) {
                shares.add(new Share(file, garbage));
            }
        }
        shares.sort(Comparator.comparingDouble(Share::garbage).reversed());
        return shares.stream().map(Share::file).toList();
    }

    /** Something, and the data files that stay as long as it is needed. */
    record Held<T>(T value, List<DataFile> files) {}

    /** Takes something that refers to data files, and keeps all that are there until {@link #letGo(List)}. */
    synchronized <T> Held<T> hold(Supplier<T> what) {
        T value = what.get(); // no file comes or goes meanwhile
        List<DataFile> held = List.copyOf(files.values());
        held.forEach(file -> file.pins++);
        return new Held<>(value, held);
    }

    void letGo(List<DataFile> held) throws PoisonedException {
        for (DataFile file : held) {
            unpin(file.number());
        }
    }

    /** Keeps a data file until {@link #unpin}, whatever records refer to it. */
    synchronized void pin(int number) {
        known(number).pins++;
    }

    /** Ends what {@link #append} or {@link #pin} began: from now on only records on disk keep the file. */
    synchronized void unpin(int number) throws PoisonedException {
        DataFile file = files.get(number);
        if (file != null) {
            file.pins--;
            removeIfDead(number);
        }
    }

    /** Removes the file if neither records nor staged bytes refer to it. Readers that have it open may finish. */
    synchronized void removeIfDead(int number) throws PoisonedException {
        DataFile file = files.get(number);
        if (file == null || file.pins > 0 || file.liveBytes() > 0) {
            return;
        }
        if (file == newest) {
            newest = null;
        }
        files.remove(number);
        try {
            Files.delete(file.path());
            file.release();
        } catch (IOException e) {
            throw health.poison("removing " + file.path(), e);
        }
    }

    /** Waits for the sync under way and closes all files; syncs them before, unless the volume is poisoned. */
    void close() throws IOException {
        syncer.shutdown();
        awaitSyncer();
        for (DataFile file : files.values()) {
            if (!health.poisoned()) {
                syncNow(file);
            }
            file.release();
        }
    }

    private void awaitSyncer() throws IOException {
        try {
            if (!syncer.awaitTermination(LONGEST_SYNC_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("a sync has not returned for " + LONGEST_SYNC_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a sync was under way");
        }
    }
}
