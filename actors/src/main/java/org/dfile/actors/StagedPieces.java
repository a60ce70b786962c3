package org.dfile.actors;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dfile.model.Bytes;
import org.dfile.model.StagedBytes;
import org.dfile.store.FileStore;
import org.dfile.store.StoreException;

/**
 * The staged bytes of one file that no batch has named yet. Whatever way the file's actor ends, they are given back to
 * the store, also those whose writing ends after it. Used by the actor and its tasks.
 */
final class StagedPieces {

    private final FileStore store;
    private final Set<StagedBytes> held = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    StagedPieces(FileStore store) {
        this.store = store;
    }

    /** Writes bytes ahead. Blocks. */
    StagedBytes stage(Bytes bytes) throws StoreException {
        StagedBytes piece = store.stage(bytes);
        held.add(piece);
        if (closed) {
            release(piece);
        }
        return piece;
    }

    void release(StagedBytes piece) {
        if (held.remove(piece)) {
            store.release(piece);
        }
    }

    /** A batch names them now: they are the store's. */
    void handOver(Collection<StagedBytes> pieces) {
        pieces.forEach(held::remove);
    }

    /** The batch that named them was refused and changed nothing: they are ours again. */
    void takeBack(Collection<StagedBytes> pieces) {
        held.addAll(pieces);
    }

    /** Gives back all of them, and from now on each that is still being written. Blocks. */
    void close() {
        closed = true;
        held.forEach(this::release);
    }
}
