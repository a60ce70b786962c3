package org.dfile.actors;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Limits;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.StagedBytes;
import org.dfile.model.VolumeId;
import org.dfile.store.BadChecksumException;
import org.dfile.store.ConflictException;
import org.dfile.store.FileStore;
import org.dfile.store.ListResult;
import org.dfile.store.ReadResult;
import org.dfile.store.ScrubStatus;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.VolumeUsage;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FileStore} in memory, strict about its contract. A test can hold up applies and reads, and make the next call
 * of a kind fail.
 */
public final class InMemoryFileStore implements FileStore {

    private static final class Stored {
        private final FileState state;
        private final byte[] content;

        Stored(FileState state, byte[] content) {
            this.state = state;
            this.content = content;
        }

        FileState state() {
            return state;
        }

        byte[] content() {
            return content;
        }
    }

    private record Piece(Bytes bytes) implements StagedBytes {
        @Override
        public int byteCount() {
            return bytes.byteCount();
        }

        @Override
        public int crc32c() {
            return bytes.crc32c();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** What a test can make fail. */
    public enum Call {
        STATE,
        STAGE,
        APPLY,
        READ,
        SCRUB,
        CLOSE
    }

    private final VolumeIdentity identity;
    private final Map<FileName, Stored> files = new TreeMap<>();
    private final Set<StagedBytes> staged = ConcurrentHashMap.newKeySet();
    private final Map<Call, ConcurrentLinkedQueue<Throwable>> faults = new ConcurrentHashMap<>();
    private final Set<FileName> applying = ConcurrentHashMap.newKeySet();
    private final List<Batch> batches = new ArrayList<>();
    private final List<Runnable> heldApplies = new ArrayList<>();
    private final AtomicInteger applyCalls = new AtomicInteger();
    private final AtomicInteger readCalls = new AtomicInteger();
    private boolean holdApplies;
    private volatile CountDownLatch readGate = new CountDownLatch(0);
    private volatile CountDownLatch stateGate = new CountDownLatch(0);
    private volatile ScrubStatus scrubStatus = ScrubStatus.NONE;
    private final AtomicInteger scrubs = new AtomicInteger();
    private volatile boolean closed;

    public InMemoryFileStore(ClusterId cluster, HostId host, VolumeId volume) {
        this.identity = new VolumeIdentity(cluster, host, volume);
    }

    // -- what a test does

    /** The next call of this kind fails; repeated, the one after it too. */
    public void failNext(Call call, Throwable fault) {
        faults.computeIfAbsent(call, any -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    /** Applies are taken but not done before {@link #releaseApplies}. */
    public synchronized void holdApplies() {
        holdApplies = true;
    }

    public void releaseApplies() {
        List<Runnable> released;
        synchronized (this) {
            holdApplies = false;
            released = List.copyOf(heldApplies);
            heldApplies.clear();
        }
        released.forEach(Runnable::run);
    }

    /** Does the applies that are held, and goes on holding those that come. */
    public void releaseHeldApplies() {
        List<Runnable> released;
        synchronized (this) {
            released = List.copyOf(heldApplies);
            heldApplies.clear();
        }
        released.forEach(Runnable::run);
    }

    /** Reads block until the returned latch is counted down. */
    public CountDownLatch holdReads() {
        readGate = new CountDownLatch(1);
        return readGate;
    }

    /** Looking up a file's state blocks until the returned latch is counted down. */
    public CountDownLatch holdStates() {
        stateGate = new CountDownLatch(1);
        return stateGate;
    }

    /** Memory does not rot, so the test says what a scrub finds. */
    public void scrubSays(ScrubStatus status) {
        scrubStatus = status;
    }

    public int scrubs() {
        return scrubs.get();
    }

    public int applyCalls() {
        return applyCalls.get();
    }

    public int readCalls() {
        return readCalls.get();
    }

    public int stagedCount() {
        return staged.size();
    }

    public boolean closed() {
        return closed;
    }

    public synchronized List<Batch> batches() {
        return List.copyOf(batches);
    }

    public synchronized byte[] content(FileName name) {
        Stored stored = files.get(name);
        return stored == null ? new byte[0] : stored.content().clone();
    }

    // -- what a store does

    @Override
    public VolumeIdentity identity() {
        return identity;
    }

    @Override
    public long bootCount() {
        return 1;
    }

    @Override
    public Optional<FileState> state(FileName name) throws StoreException {
        await(stateGate);
        fail(Call.STATE);
        synchronized (this) {
            return Optional.ofNullable(files.get(name)).map(Stored::state);
        }
    }

    @Override
    public StagedBytes stage(Bytes bytes) throws StoreException {
        fail(Call.STAGE);
        if (!bytes.intact()) {
            throw new BadChecksumException("bytes do not match their checksum");
        }
        Piece piece = new Piece(bytes);
        staged.add(piece);
        return piece;
    }

    @Override
    public void release(StagedBytes piece) {
        staged.remove(piece);
    }

    @Override
    public CompletionStage<FileState> apply(FileName name, FileVersion expected, Batch batch) {
        applyCalls.incrementAndGet();
        CompletableFuture<FileState> result = new CompletableFuture<>();
        if (!applying.add(name)) {
            result.completeExceptionally(new ConflictException("two applies of " + name));
            return result;
        }
        Runnable apply = () -> {
            FileState state = null;
            Throwable failure = null;
            try {
                fail(Call.APPLY);
                state = applyNow(name, expected, batch);
            } catch (Throwable e) {
                failure = e;
            }
            applying.remove(name);
            if (state != null) {
                result.complete(state);
            } else {
                result.completeExceptionally(failure);
            }
        };
        synchronized (this) {
            if (holdApplies) {
                heldApplies.add(apply);
                return result;
            }
        }
        apply.run();
        return result;
    }

    private synchronized FileState applyNow(FileName name, FileVersion expected, Batch batch) throws StoreException {
        Stored before = files.get(name);
        FileVersion version = before == null ? FileVersion.NONE : before.state().version();
        boolean creates = batch.operations().contains(new Operation.Create());
        FileVersion next = new FileVersion(version.generation() + (creates ? 1 : 0), version.seq() + 1);
        if (!version.equals(expected) || !batch.version().equals(next)) {
            throw new ConflictException(
                    name + " is " + version + ", expected " + expected + ", batch " + batch.version());
        }
        boolean exists = before != null && before.state().exists();
        byte[] content = before != null && exists ? before.content() : new byte[0];
        for (Operation operation : batch.operations()) {
            if (exists == operation instanceof Operation.Create) {
                throw new ConflictException(operation + " on a file that exists: " + exists);
            }
            exists = !(operation instanceof Operation.Delete);
            content = applied(content, operation);
        }
        FileState state = new FileState(
                batch.version(),
                batch.hash(),
                exists,
                content.length,
                creates || before == null ? batch.time() : before.state().created(),
                batch.operations().isEmpty() && before != null ? before.state().modified() : batch.time(),
                sessionsAfter(before, batch),
                batch.watermark());
        files.put(name, new Stored(state, content));
        batches.add(batch);
        return state;
    }

    private byte[] applied(byte[] content, Operation operation) throws StoreException {
        if (operation instanceof Operation.WriteInline write) {
            if (write.bytes().byteCount() > Limits.CHECKSUM_BLOCK_BYTES) {
                throw new ConflictException("too much inline: " + write);
            }
            return put(content, write.offset(), write.bytes());
        }
        if (operation instanceof Operation.WriteStaged write) {
            byte[] result = content;
            long offset = write.offset();
            for (StagedBytes piece : write.pieces()) {
                if (!staged.remove(piece)) {
                    throw new ConflictException("staged bytes that are not live: " + write);
                }
                result = put(result, offset, ((Piece) piece).bytes());
                offset += piece.byteCount();
            }
            return result;
        }
        if (operation instanceof Operation.Truncate truncate) {
            return Arrays.copyOf(content, Math.toIntExact(truncate.length()));
        }
        return new byte[0];
    }

    private static byte[] put(byte[] content, long offset, Bytes bytes) throws StoreException {
        if (!bytes.intact()) {
            throw new BadChecksumException("bytes do not match their checksum");
        }
        int start = Math.toIntExact(offset);
        byte[] result = Arrays.copyOf(content, Math.max(content.length, start + bytes.byteCount()));
        bytes.buffer().get(result, start, bytes.byteCount());
        return result;
    }

    private static List<Session> sessionsAfter(@Nullable Stored before, Batch batch) {
        Map<SessionId, Session> sessions = new LinkedHashMap<>();
        if (before != null) {
            before.state().sessions().forEach(session -> sessions.put(session.id(), session));
        }
        batch.evicted().forEach(sessions::remove);
        for (Session session : batch.sessions()) {
            sessions.remove(session.id());
            sessions.put(session.id(), session);
        }
        return List.copyOf(sessions.values());
    }

    @Override
    public ReadResult read(FileName name, long offset, int byteCount) throws StoreException {
        readCalls.incrementAndGet();
        await(readGate);
        fail(Call.READ);
        synchronized (this) {
            Stored stored = files.get(name);
            if (stored == null || !stored.state().exists()) {
                return new ReadResult(false, FileVersion.NONE, 0, Bytes.EMPTY);
            }
            int start = (int) Math.min(offset, stored.content().length);
            int count = Math.min(byteCount, stored.content().length - start);
            Bytes bytes = Bytes.of(ByteBuffer.wrap(stored.content(), start, count));
            return new ReadResult(true, stored.state().version(), stored.content().length, bytes);
        }
    }

    @Override
    public synchronized ListResult list(String prefix, String after, int limit) {
        List<ListResult.Entry> entries = new ArrayList<>();
        for (Map.Entry<FileName, Stored> file : files.entrySet()) {
            String text = file.getKey().toString();
            boolean matches =
                    text.startsWith(prefix) && (after.isEmpty() || file.getKey().compareTo(FileName.of(after)) > 0);
            if (matches && entries.size() == limit) {
                return new ListResult(entries, true);
            }
            if (matches) {
                FileState state = file.getValue().state();
                entries.add(new ListResult.Entry(
                        new FileStatus(
                                file.getKey(), state.version(), state.length(), state.created(), state.modified()),
                        state.exists()));
            }
        }
        return new ListResult(entries, false);
    }

    @Override
    public void startScrub() throws StoreException {
        fail(Call.SCRUB);
        scrubs.incrementAndGet();
    }

    @Override
    public ScrubStatus scrubStatus() {
        return scrubStatus;
    }

    @Override
    public synchronized VolumeUsage usage() {
        long bytes = files.values().stream()
                .mapToLong(stored -> stored.content().length)
                .sum();
        long count = files.values().stream()
                .filter(stored -> stored.state().exists())
                .count();
        return new VolumeUsage(count, bytes, bytes, 1L << 40, 11, true, 12, 13);
    }

    @Override
    public void close() throws StoreException {
        fail(Call.CLOSE);
        closed = true;
    }

    private void fail(Call call) throws StoreException {
        ConcurrentLinkedQueue<Throwable> queue = faults.get(call);
        Throwable fault = queue == null ? null : queue.poll();
        if (fault instanceof StoreException known) {
            throw known;
        }
        if (fault instanceof RuntimeException bug) {
            throw bug;
        }
        if (fault != null) {
            throw new IllegalStateException(fault);
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while held up", e);
        }
    }
}
