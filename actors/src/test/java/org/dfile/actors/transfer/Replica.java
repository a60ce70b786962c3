package org.dfile.actors.transfer;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Operation;
import org.dfile.model.Session;
import org.dfile.model.StagedBytes;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;

/** One host's volume, with files that a coordinator has put there. */
public final class Replica implements AutoCloseable {

    public static final FileName NAME = FileName.of("f");
    public static final Ballot BALLOT = new Ballot(3, new HostId("n1"), new Life(1, 1));
    public static final Instant TIME = Instant.parse("2026-11-22T09:30:00Z");

    public final Path directory;
    public final HostId id;
    public final LocalStore store;

    private Replica(Path directory, HostId id, LocalStore store) {
        this.directory = directory;
        this.id = id;
        this.store = store;
    }

    /** Returns one of an empty volume. */
    public static Replica complete(Path directory, String host) throws StoreException {
        VolumeIdentity identity = identity(host);
        Volumes.format(directory, identity, StoreSettings.defaults());
        return open(directory, identity);
    }

    /** Returns one that has no vote. */
    public static Replica replacement(Path directory, String host) throws StoreException {
        VolumeIdentity identity = identity(host);
        Volumes.formatReplacement(directory, identity, StoreSettings.defaults());
        return open(directory, identity);
    }

    private static VolumeIdentity identity(String host) {
        return new VolumeIdentity(new ClusterId(new UUID(1, 2)), new HostId(host), new VolumeId(UUID.randomUUID()));
    }

    private static Replica open(Path directory, VolumeIdentity identity) throws StoreException {
        LocalStore store = Volumes.open(directory, identity, StoreSettings.defaults(), poisoned -> {
            throw new AssertionError("the volume is poisoned", poisoned);
        });
        return new Replica(directory, identity.host(), store);
    }

    public static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    public static StateId id(Batch batch) {
        return new StateId(batch.version(), batch.hash());
    }

    public static Batch batch(long generation, long seq, List<Operation> operations, List<Session> sessions) {
        byte[] hash = new byte[ChainHash.BYTE_COUNT];
        hash[0] = (byte) generation;
        hash[1] = (byte) seq;
        return new Batch(
                new FileVersion(generation, seq),
                ChainHash.of(hash),
                TIME,
                operations,
                sessions,
                List.of(),
                FileVersion.NONE);
    }

    public List<StagedBytes> stage(byte[] content, int pieceBytes) throws StoreException {
        List<StagedBytes> pieces = new ArrayList<>();
        for (int from = 0; from < content.length; from += pieceBytes) {
            int end = Math.min(content.length, from + pieceBytes);
            pieces.add(store.stage(Bytes.of(Arrays.copyOfRange(content, from, end))));
        }
        return pieces;
    }

    /** Has a batch pending, on top of the committed state. */
    public void accept(Batch batch) throws Exception {
        StateId before = committed().id();
        await(store.accept(NAME, BALLOT, before, batch, false));
    }

    /** Makes a batch the committed state. */
    public StateId commit(Batch batch) throws Exception {
        accept(batch);
        await(store.promote(NAME, BALLOT, id(batch)));
        return id(batch);
    }

    public Committed committed() throws Exception {
        return await(store.standing(NAME)).committed();
    }

    public Optional<byte[]> content() throws StoreException {
        if (store.state(NAME).isEmpty()) {
            return Optional.empty();
        }
        long length = store.state(NAME).get().length();
        return Optional.of(array(store.read(NAME, 0, Math.toIntExact(length)).bytes()));
    }

    public static byte[] array(Bytes bytes) {
        byte[] array = new byte[bytes.byteCount()];
        bytes.buffer().get(array);
        return array;
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }
}
