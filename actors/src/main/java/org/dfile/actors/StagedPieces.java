package org.dfile.actors;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.dfile.model.Bytes;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.PieceId;
import org.dfile.store.FileStore;
import org.dfile.store.StoreException;

/**
 * The staged bytes of one file that no stored batch names yet, with the ids under which other hosts have them. Whatever
 * way the file's actor ends, they are given back to the store, also those whose writing ends after it. Used by the actor
 * and its tasks.
 */
final class StagedPieces {

    private final FileStore store;
    private final Map<StagedBytes, PieceId> held = new ConcurrentHashMap<>();
    private volatile boolean closed;

    StagedPieces(FileStore store) {
        this.store = store;
    }

    /** Writes bytes ahead. Blocks. */
    StagedBytes stage(PieceId id, Bytes bytes) throws StoreException {
        StagedBytes piece = store.stage(bytes);
        hold(id, piece);
        return piece;
    }

    /** Takes over bytes that somebody else has staged. */
    void hold(PieceId id, StagedBytes piece) {
        held.putIfAbsent(piece, id);
        if (closed) {
            release(piece);
        }
    }

    /** Returns under which id other hosts may have a piece. */
    PieceId idOf(StagedBytes piece) {
        return Optional.ofNullable(held.get(piece)).orElse(PieceId.NONE);
    }

    /** Gives pieces back to the store, unless a stored batch names them. Blocks. */
    void release(Collection<StagedBytes> pieces) {
        pieces.forEach(this::release);
    }

    private void release(StagedBytes piece) {
        if (held.remove(piece) != null) {
            store.release(piece);
        }
    }

    /** A stored batch names them now: they are the store's. */
    void handOver(Collection<StagedBytes> pieces) {
        pieces.forEach(held::remove);
    }

    /** Gives back all of them, and from now on each that is still being written. Blocks. */
    void close() {
        closed = true;
        held.keySet().forEach(this::release);
    }
}
