package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dfile.actors.StoreFailures;
import org.dfile.model.FileName;
import org.dfile.protocol.peer.Tombstone;
import org.dfile.store.ConflictException;
import org.dfile.store.DivergedException;
import org.dfile.store.ReplicaStore;

/** Has a volume forget tombstones, many with one sync. */
final class Purges {

    private Purges() {}

    /** Returns the names that were forgotten; files that are being changed, or have stopped, are left as they are. */
    static CompletionStage<List<FileName>> run(ReplicaStore store, List<Tombstone> tombstones) {
        Queue<FileName> forgotten = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Tombstone tombstone : tombstones) {
            all.add(store.purge(tombstone.name(), tombstone.version())
                    .exceptionally(Purges::leftAsItIs)
                    .thenAccept(done -> {
                        if (done) {
                            forgotten.add(tombstone.name());
                        }
                    })
                    .toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> List.copyOf(forgotten));
    }

    private static boolean leftAsItIs(Throwable error) {
        Throwable cause = StoreFailures.cause(error);
        if (cause instanceof ConflictException || cause instanceof DivergedException) {
            return false;
        }
        throw new CompletionException(cause);
    }
}
