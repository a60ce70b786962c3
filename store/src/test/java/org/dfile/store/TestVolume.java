package org.dfile.store;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.Slot;
import org.dfile.model.StagedBytes;
import org.dfile.model.VolumeId;

/** A volume in a directory of a test, and short ways to use it. */
public final class TestVolume implements AutoCloseable {

    public static final VolumeIdentity IDENTITY =
            new VolumeIdentity(new ClusterId(new UUID(1, 2)), new HostId("a"), new VolumeId(new UUID(3, 4)));
    public static final Instant TIME = Instant.parse("2026-11-22T10:00:00.123456789Z");
    static final int KIB = 1 << 10;
    static final int MIB = 1 << 20;

    final Path directory;
    final StoreSettings settings;
    final List<PoisonedException> poisonings = new ArrayList<>();
    RocksFileStore store;

    TestVolume(Path directory) throws StoreException {
        this(directory, smallSettings());
    }

    TestVolume(Path directory, StoreSettings settings) throws StoreException {
        this.directory = directory;
        this.settings = settings;
        Volumes.format(directory, IDENTITY, settings);
        store = open();
    }

    /** Small limits, so that tests reach them: data files of 2 MiB, hardly a reserve. */
    public static StoreSettings smallSettings() {
        return new StoreSettings(
                2 * MIB, MIB, 0, Duration.ZERO, 4 * MIB, 4 * MIB, 256 * KIB, 2, 16, 8, MIB, MIB, upkeep());
    }

    /** Nothing happens by itself in the time of a test. */
    static UpkeepSettings upkeep() {
        return new UpkeepSettings(1L << 40, 50, Duration.ofHours(1), 1L << 40, Duration.ofHours(1), 100);
    }

    private RocksFileStore open() throws StoreException {
        return (RocksFileStore) Volumes.open(directory, IDENTITY, settings, poisonings::add);
    }

    public static void format(Path directory) throws StoreException {
        Volumes.format(directory, IDENTITY, smallSettings());
    }

    public static void formatReplacement(Path directory) throws StoreException {
        Volumes.formatReplacement(directory, IDENTITY, smallSettings());
    }

    void reopen() throws StoreException {
        store.close();
        store = open();
    }

    /** Puts something in the place of the record of a file that is none. */
    void damageRecord(FileName name) throws Exception {
        store.close();
        try (Database database = Database.open(directory.resolve("db"), settings, Safeguards.ALL)) {
            database.write(List.of(new Mutation.Put(Database.Family.FILES, name.utf8(), new byte[] {1, 2, 3})));
        }
        store = open();
    }

    /** Returns the slots that the volume does not vote for. */
    List<Slot> incompleteSlots() throws StoreException {
        return store.list("", "", 1).incomplete();
    }

    FileVersion version(FileName name) throws StoreException {
        return store.state(name).map(FileState::version).orElse(FileVersion.NONE);
    }

    /** Applies operations as the next batch of the file and waits for the disk. */
    FileState apply(FileName name, Operation... operations) throws StoreException {
        FileVersion before = version(name);
        return await(store.apply(name, before, batch(before, operations)));
    }

    FileState create(FileName name, byte[] content) throws StoreException {
        return content.length <= 64 * KIB
                ? apply(name, new Operation.Create(), new Operation.WriteInline(0, Bytes.of(content)))
                : apply(name, new Operation.Create(), new Operation.WriteStaged(0, stage(content)));
    }

    List<StagedBytes> stage(byte[] content) throws StoreException {
        List<StagedBytes> pieces = new ArrayList<>();
        for (int from = 0; from < content.length; from += MIB) {
            pieces.add(store.stage(Bytes.of(Arrays.copyOfRange(content, from, Math.min(content.length, from + MIB)))));
        }
        return pieces;
    }

    byte[] read(FileName name, long offset, int byteCount) throws StoreException {
        return content(store.read(name, offset, byteCount).bytes());
    }

    byte[] readAll(FileName name) throws StoreException {
        return read(name, 0, Integer.MAX_VALUE);
    }

    static byte[] content(Bytes bytes) {
        byte[] content = new byte[bytes.byteCount()];
        bytes.buffer().get(content);
        return content;
    }

    static Batch batch(FileVersion before, Operation... operations) {
        boolean creates = Arrays.stream(operations).anyMatch(Operation.Create.class::isInstance);
        FileVersion version = new FileVersion(before.generation() + (creates ? 1 : 0), before.seq() + 1);
        return new Batch(version, hash(version), TIME, List.of(operations), List.of(), List.of(), FileVersion.NONE);
    }

    static ChainHash hash(FileVersion version) {
        byte[] hash = new byte[ChainHash.BYTE_COUNT];
        hash[0] = (byte) version.generation();
        hash[1] = (byte) version.seq();
        return ChainHash.of(hash);
    }

    /** Waits for a stage; what it failed with is thrown. */
    public static <T> T await(CompletionStage<T> stage) throws StoreException {
        CompletableFuture<T> result = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        });
        try {
            return result.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new AssertionError("failed with something else", e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("did not complete", e);
        }
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
