package org.dfile.actors.transfer;

import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.protocol.peer.FilePeerMessage.ReadTransfer;
import org.dfile.store.PinnedState;
import org.dfile.store.ReplicaStore;
import org.dfile.store.StoreException;

/**
 * A state or batch that another host reads by ranges. Used by many threads; what it holds goes when it is over and nobody
 * reads any more.
 */
abstract class OpenedTransfer {

    private final Committed committed;
    private final Bytes head;

    // Guarded by this.
    private int readers;
    private boolean over;
    private long touchedNanos = System.nanoTime();

    private OpenedTransfer(Committed committed, Bytes head) {
        this.committed = committed;
        this.head = head;
    }

    static OpenedTransfer ofState(PinnedState pin, Bytes head) {
        return new OpenedTransfer(pin.committed(), head) {
            @Override
            Bytes content(int part, long offset, int byteCount) throws StoreException {
                return pin.read(offset, byteCount);
            }

            @Override
            void letGo() {
                pin.close();
            }
        };
    }

    static OpenedTransfer ofBatch(ReplicaStore store, FileName name, Committed made, Bytes head) {
        return new OpenedTransfer(made, head) {
            @Override
            Bytes content(int part, long offset, int byteCount) throws StoreException {
                return store.readPending(name, made.id().hash(), part, offset, byteCount);
            }

            @Override
            void letGo() {
                // Nothing is held: what is pending stays until it is decided.
            }
        };
    }

    abstract Bytes content(int part, long offset, int byteCount) throws StoreException;

    abstract void letGo();

    Committed committed() {
        return committed;
    }

    int headBytes() {
        return head.byteCount();
    }

    /** Reads at most so many bytes, fewer only at the end of the part. Blocks. */
    Bytes read(int part, long offset, int byteCount) throws StoreException {
        if (part != ReadTransfer.HEAD) {
            return content(part, offset, byteCount);
        }
        int start = (int) Math.min(offset, head.byteCount());
        return Bytes.of(head.buffer().slice(start, Math.min(byteCount, head.byteCount() - start)));
    }

    /** Begins to use it. Returns false if it is over. */
    synchronized boolean enter() {
        if (!over) {
            readers++;
            touchedNanos = System.nanoTime();
        }
        return !over;
    }

    synchronized void leave() {
        readers--;
        if (over && readers == 0) {
            letGo();
        }
    }

    synchronized void end() {
        if (!over) {
            over = true;
            if (readers == 0) {
                letGo();
            }
        }
    }

    synchronized boolean isIdle(long sinceNanos) {
        return readers == 0 && touchedNanos - sinceNanos < 0;
    }
}
