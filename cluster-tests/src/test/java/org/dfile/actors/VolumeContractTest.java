package org.dfile.actors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.dfile.cluster.contract.ReplicaDisk;
import org.dfile.cluster.contract.ReplicaDiskContract;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.ClusterId;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.VolumeId;
import org.dfile.replication.FileWrite;
import org.dfile.replication.WriteResult;
import org.dfile.store.LocalStore;
import org.dfile.store.PendingBatch;
import org.dfile.store.Standing;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.Volumes;
import org.junit.jupiter.api.io.TempDir;

/** The volume of a node, written as the actor of a file writes it. */
final class VolumeContractTest extends ReplicaDiskContract {

    private static final VolumeIdentity IDENTITY =
            new VolumeIdentity(new ClusterId(new UUID(1, 1)), new HostId("h1"), new VolumeId(new UUID(1, 2)));

    @TempDir
    Path directory;

    @Override
    protected ReplicaDisk open() throws StoreException {
        Volumes.format(directory.resolve("data"), IDENTITY, StoreSettings.defaults());
        return new Volume(directory.resolve("data"));
    }

    private static final class Volume implements ReplicaDisk {

        private final Path data;
        private LocalStore store;

        Volume(Path data) throws StoreException {
            this.data = data;
            this.store = Volumes.open(data, IDENTITY, StoreSettings.defaults(), poisoned -> {});
        }

        @Override
        public WriteResult write(FileName name, FileWrite write, Optional<Batch> batch) throws IOException {
            FileWrites writes = new FileWrites(name, store);
            if (write instanceof FileWrite.Promote promote) {
                return result(writes.promote(promote));
            }
            FileWrite.Accept accept = (FileWrite.Accept) write;
            Optional<PendingBatch> pending = standing(name).pending();
            return pending.filter(known -> known.id().equals(accept.id())).isPresent()
                    ? result(writes.acceptAgain(accept))
                    : result(writes.accept(accept, batch.orElseThrow()));
        }

        private static WriteResult result(java.util.concurrent.CompletionStage<FileWrites.Ended> ended) {
            return ended.toCompletableFuture().join().result();
        }

        private Standing standing(FileName name) {
            return store.standing(name).toCompletableFuture().join();
        }

        @Override
        public void promise(FileName name, Ballot ballot) {
            store.promise(List.of(name.slot()), ballot).toCompletableFuture().join();
        }

        @Override
        public void purge(FileName name) {
            store.purge(name, standing(name).committed().id().version())
                    .toCompletableFuture()
                    .join();
        }

        @Override
        public Contents contents(FileName name) {
            Standing standing = standing(name);
            return new Contents(
                    standing.committed(),
                    standing.pending().map(PendingBatch::pending),
                    standing.slot().promised(),
                    standing.slot().floor());
        }

        @Override
        public void reopen() throws StoreException {
            store.close();
            store = Volumes.open(data, IDENTITY, StoreSettings.defaults(), poisoned -> {});
        }

        @Override
        public void close() throws StoreException {
            store.close();
        }
    }
}
