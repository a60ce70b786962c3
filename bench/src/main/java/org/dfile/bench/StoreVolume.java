package org.dfile.bench;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.ChainHash;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.Outcome;
import org.dfile.model.Receipt;
import org.dfile.model.Session;
import org.dfile.model.SessionId;
import org.dfile.model.VolumeId;
import org.dfile.store.LocalStore;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;

/** A volume that is used as a node uses it: by 16 threads for the disk, with what a file remembers of its client. */
final class StoreVolume implements AutoCloseable {

    /** As {@code dfile.io-dispatcher} has. */
    private static final int THREADS = 16;

    private static final VolumeIdentity IDENTITY =
            new VolumeIdentity(new ClusterId(new UUID(0, 1)), new HostId("bench"), new VolumeId(new UUID(0, 2)));
    private static final SessionId SESSION = new SessionId(new UUID(0x9E3779B97F4A7C15L, 0xBF58476D1CE4E5B9L));

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final LocalStore store;

    private StoreVolume(LocalStore store) {
        this.store = store;
    }

    /** Opens the volume in a directory, which becomes one if it is empty or missing. */
    static StoreVolume open(Path directory) throws StoreException {
        StoreSettings settings = StoreSettings.defaults();
        Volumes.format(directory, IDENTITY, settings);
        return new StoreVolume(Volumes.open(directory, IDENTITY, settings, Throwable::printStackTrace));
    }

    LocalStore store() {
        return store;
    }

    /** Makes a new file of small bytes. */
    CompletionStage<FileState> create(String name, Bytes bytes) {
        FileVersion version = new FileVersion(1, 1);
        Batch batch = batch(version, bytes.byteCount(), new Operation.Create(), new Operation.WriteInline(0, bytes));
        return apply(FileName.of(name), FileVersion.NONE, batch);
    }

    CompletionStage<FileState> apply(FileName name, FileVersion before, Batch batch) {
        return CompletableFuture.supplyAsync(() -> store.apply(name, before, batch), threads)
                .thenCompose(applied -> applied);
    }

    /** Returns a batch that one client sent, and that leaves the file at a length. */
    static Batch batch(FileVersion version, long length, Operation... operations) {
        byte[] hash = new byte[ChainHash.BYTE_COUNT];
        hash[0] = (byte) version.seq();
        Receipt receipt = new Receipt(version, 0, 0, 0, length, 1);
        Session session = new Session(SESSION, version.seq(), List.of(new Outcome.Done(receipt)), version.seq());
        return new Batch(
                version,
                ChainHash.of(hash),
                Instant.now(),
                List.of(operations),
                List.of(session),
                List.of(),
                FileVersion.NONE);
    }

    @Override
    public void close() throws StoreException {
        threads.shutdown();
        store.close();
    }
}
