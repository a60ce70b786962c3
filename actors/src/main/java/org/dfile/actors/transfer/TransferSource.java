package org.dfile.actors.transfer;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Bytes;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.protocol.peer.BatchCodec;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.FilePeerMessage.CloseTransfer;
import org.dfile.protocol.peer.FilePeerMessage.OpenTransfer;
import org.dfile.protocol.peer.FilePeerMessage.ReadTransfer;
import org.dfile.protocol.peer.StateCodec;
import org.dfile.protocol.peer.TransferReply;
import org.dfile.store.ConflictException;
import org.dfile.store.PendingBatch;
import org.dfile.store.PinnedState;
import org.dfile.store.ReplicaStore;
import org.dfile.store.StoreException;

/**
 * Gives states and batches of this host to other replicas, by ranges. A replica that has no vote on the slot gives none
 * (I9).
 *
 * <p>To be called by any thread; blocking work is done on the disk threads. Bounded are the transfers that are open, the
 * bytes of their heads, and the bytes that are being read; what is beyond is not answered or refused, and asked for again.
 * A transfer that nobody reads is over after a while.
 */
public final class TransferSource implements AutoCloseable {

    private final TransferSettings settings;
    private final ReplicaStore store;
    private final Executor io;
    private final Consumer<Exception> trouble;
    private final Cancellable sweeping;
    private final Map<UUID, OpenedTransfer> open = new ConcurrentHashMap<>();
    private final MemoryLimit.Account heads;
    private final MemoryLimit.Account ranges;
    private volatile boolean closed;

    /**
     * @param io threads for blocking work on the disk
     * @param trouble told of what went wrong with the own disk, by any thread
     */
    public TransferSource(
            TransferSettings settings,
            ReplicaStore store,
            Executor io,
            ActorSystem<?> system,
            Consumer<Exception> trouble) {
        this.settings = settings;
        this.store = store;
        this.io = io;
        this.trouble = trouble;
        this.heads = new MemoryLimit(settings.maxHeadBytes()).open();
        this.ranges = new MemoryLimit(settings.maxBytesInFlight()).open();
        Duration interval = settings.idleTimeout().dividedBy(2);
        this.sweeping = system.scheduler()
                .scheduleWithFixedDelay(interval, interval, () -> io.execute(this::sweep), system.executionContext());
    }

    // -- requests

    /** Takes what another host asks. Returns false if that is not about a transfer. */
    public boolean take(FilePeerMessage message) {
        if (message instanceof OpenTransfer open) {
            io.execute(() -> openNow(open));
        } else if (message instanceof ReadTransfer read) {
            read(read);
        } else if (message instanceof CloseTransfer close) {
            io.execute(() -> end(close.transfer()));
        } else {
            return false;
        }
        return true;
    }

    /** Nothing is answered while too much is being read: it is asked for again. */
    private void read(ReadTransfer request) {
        if (!ranges.tryAcquire(request.byteCount())) {
            return;
        }
        io.execute(() -> {
            try {
                readNow(request);
            } finally {
                ranges.release(request.byteCount());
            }
        });
    }

    /** Ends all transfers; who goes on reading hears that there is none. Blocks. To be called before the store is closed. */
    @Override
    public void close() {
        closed = true;
        sweeping.cancel();
        open.keySet().forEach(this::end);
    }

    // -- on the disk threads

    private void openNow(OpenTransfer request) {
        UUID id = request.transfer();
        OpenedTransfer known = open.get(id);
        try {
            if (known == null && open.size() >= settings.maxOpen()) {
                refuse(request, settings.maxOpen() + " transfers are open");
                return;
            }
            Optional<OpenedTransfer> transfer = known == null ? find(request) : Optional.of(known);
            if (transfer.isEmpty()) {
                refuse(request, "it is not here");
            } else if (known != null || take(id, transfer.get())) {
                request.replyTo()
                        .tell(new TransferReply.Opened(
                                id, transfer.get().committed(), transfer.get().headBytes()));
            } else {
                transfer.get().end();
                refuse(request, "too much is held already");
            }
        } catch (StoreException | RuntimeException e) {
            report(e);
            refuse(request, String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(OpenTransfer request, String why) {
        request.replyTo().tell(new TransferReply.NotHeld(request.transfer(), why));
    }

    /** Puts a transfer into the table. Returns false if there is no room. */
    private boolean take(UUID id, OpenedTransfer transfer) {
        if (!heads.tryAcquire(transfer.headBytes())) {
            return false;
        }
        OpenedTransfer before = open.put(id, transfer);
        if (before != null) { // the same request twice, at the same time
            heads.release(before.headBytes());
            before.end();
        }
        if (closed) {
            end(id);
        }
        return true;
    }

    private Optional<OpenedTransfer> find(OpenTransfer request) throws StoreException {
        if (closed || !store.slot(request.name().slot()).complete()) { // I9
            return Optional.empty();
        }
        return switch (request.kind()) {
            case STATE -> state(request);
            case BATCH -> batch(request);
        };
    }

    private Optional<OpenedTransfer> state(OpenTransfer request) throws StoreException {
        PinnedState pin = store.pin(request.name()).orElse(null);
        if (pin == null) {
            return Optional.empty();
        }
        Optional<OpenedTransfer> transfer = Optional.empty();
        try {
            if (!request.id().isAbove(pin.committed().id())) {
                transfer = Optional.of(OpenedTransfer.ofState(pin, StateCodec.encode(pin.state())));
            }
        } finally {
            if (transfer.isEmpty()) {
                pin.close();
            }
        }
        return transfer;
    }

    private Optional<OpenedTransfer> batch(OpenTransfer request) throws StoreException {
        FileName name = request.name();
        return store.pending(name)
                .filter(pending -> pending.id().equals(request.id()))
                .map(pending -> ofPending(name, pending));
    }

    private OpenedTransfer ofPending(FileName name, PendingBatch pending) {
        Committed made = new Committed(pending.id(), false, Optional.of(pending.ballot()));
        return OpenedTransfer.ofBatch(store, name, made, BatchCodec.encode(pending.batch()));
    }

    private void readNow(ReadTransfer request) {
        OpenedTransfer transfer = open.get(request.transfer());
        if (transfer == null || !transfer.enter()) {
            refuse(request, "it is not open");
            return;
        }
        try {
            Bytes bytes = transfer.read(request.part(), request.offset(), request.byteCount());
            request.replyTo()
                    .tell(new TransferReply.Range(request.transfer(), request.part(), request.offset(), bytes));
        } catch (ConflictException e) {
            refuse(request, "it is not pending any more");
        } catch (StoreException | RuntimeException e) {
            report(e);
            refuse(request, String.valueOf(e.getMessage()));
        } finally {
            transfer.leave();
        }
    }

    private void refuse(ReadTransfer request, String why) {
        end(request.transfer());
        request.replyTo().tell(new TransferReply.NotHeld(request.transfer(), why));
    }

    private void report(Exception error) {
        if (!(error instanceof ConflictException)) {
            trouble.accept(error);
        }
    }

    private void end(UUID id) {
        OpenedTransfer transfer = open.remove(id);
        if (transfer != null) {
            heads.release(transfer.headBytes());
            transfer.end();
        }
    }

    private void sweep() {
        long since = System.nanoTime() - settings.idleTimeout().toNanos();
        open.forEach((id, transfer) -> {
            if (transfer.isIdle(since)) {
                end(id);
            }
        });
    }
}
