package org.dfile.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.NamedPiece;
import org.dfile.model.replica.PieceId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.store.StoreException;

/**
 * What coordinators on other hosts send to one file: bytes ahead, and batches that name them. A batch is handed on once
 * all its bytes are on this host's disk (I4). Used by the file's actor alone; results come to it as messages.
 */
final class IncomingBatches {

    /** Batches that wait for their bytes; one more pushes out the oldest, which is sent again. */
    private static final int MAX_WAITING = 16;

    /** Pieces of batches that were fetched, which may come all the same; further ones stay until the file is idle. */
    private static final int MAX_LATE = 1_024;

    /** So many times longer a batch waits for its bytes while bytes of the file come. */
    private static final int PATIENCE_WHILE_BYTES_COME = 5;

    /** To the file's actor: bytes that were sent ahead are written. */
    record PieceWritten(HostId from, PieceId id, StagedBytes piece) implements OpenFileMessage {}

    /** To the file's actor: bytes that were sent ahead could not be written. They are fetched if a batch names them. */
    record PieceNotWritten(PieceId id, Throwable error) implements OpenFileMessage {}

    /** A batch with all its bytes. */
    record Complete(HostId from, FileMessage.Accept accept, Batch batch) {}

    private record Waiting(HostId from, FileMessage.Accept accept, Batch batch, long sinceNanos) {}

    private final FileName name;
    private final FileEnvironment environment;
    private final StagedPieces pieces;
    private final ActorRef<OpenFileMessage> file;
    private final Map<PieceId, StagedBytes> written = new HashMap<>();
    private final Map<StateId, Waiting> waiting = new LinkedHashMap<>();
    private final Set<PieceId> late = new LinkedHashSet<>();
    private int underWay;
    private long lastNanos;

    IncomingBatches(FileName name, FileEnvironment environment, StagedPieces pieces, ActorRef<OpenFileMessage> file) {
        this.name = name;
        this.environment = environment;
        this.pieces = pieces;
        this.file = file;
    }

    boolean isEmpty() {
        return written.isEmpty() && waiting.isEmpty() && underWay == 0;
    }

    // -- bytes ahead

    /**
     * Beyond the limit bytes are left out: they are fetched when a batch names them.
     *
     * @param done run when they are not in memory any more, by any thread
     */
    void take(FilePeerMessage.PieceMail mail, Runnable done) {
        if (underWay >= environment.settings().maxWaitingPerFile()) {
            done.run();
            return;
        }
        underWay++;
        environment.io().execute(() -> {
            try {
                file.tell(new PieceWritten(mail.from(), mail.piece(), pieces.stage(mail.piece(), mail.bytes())));
            } catch (StoreException | RuntimeException e) {
                file.tell(new PieceNotWritten(mail.piece(), e));
            } finally {
                done.run();
            }
        });
    }

    void onWritten(PieceWritten done) {
        underWay--;
        lastNanos = System.nanoTime();
        if (late.remove(done.id())) {
            environment.io().execute(() -> pieces.release(List.of(done.piece())));
        } else {
            written.put(done.id(), done.piece());
        }
        environment
                .links()
                .toFiles(
                        done.from(),
                        new FilePeerMessage.PieceStaged(environment.list(), environment.self(), name, done.id()));
    }

    void onNotWritten() {
        underWay--;
    }

    /** Gives up bytes that no batch has named, if none has come for a while. */
    void dropIdle(Duration idle) {
        if (underWay == 0 && waiting.isEmpty() && System.nanoTime() - lastNanos >= idle.toNanos()) {
            List<StagedBytes> strays = List.copyOf(written.values());
            written.clear();
            if (!strays.isEmpty()) {
                environment.io().execute(() -> pieces.release(strays));
            }
        }
    }

    // -- batches

    /** Takes a batch that came with its message; {@link #complete} says when all its bytes are here. */
    void take(HostId from, FileMessage.Accept accept, Batch batch) {
        if (waiting.size() >= MAX_WAITING && !waiting.containsKey(accept.id())) {
            waiting.remove(waiting.keySet().iterator().next());
        }
        Waiting known = waiting.get(accept.id());
        long since = known == null ? System.nanoTime() : known.sinceNanos();
        waiting.put(accept.id(), new Waiting(from, accept, batch, since));
    }

    /** Takes out the batches of which all bytes are here. */
    List<Complete> complete() {
        List<Complete> complete = new ArrayList<>();
        for (Waiting one : List.copyOf(waiting.values())) {
            Optional<Batch> local = local(one.batch());
            if (local.isPresent()) {
                waiting.remove(one.accept().id());
                forgetPieces(one.batch());
                complete.add(new Complete(one.from(), one.accept(), local.get()));
            }
        }
        return complete;
    }

    /**
     * Returns the messages whose bytes are better fetched: nothing has come for {@code patience}; or bytes do come, which
     * have a connection of their own and may be behind their batch, but theirs have not for a few times as long. What is
     * fetched and comes all the same is on the disk twice for a while.
     */
    List<Complete> late(long nowNanos, Duration patience) {
        boolean coming = underWay > 0 || nowNanos - lastNanos < patience.toNanos();
        long limitNanos = nowNanos - (coming ? PATIENCE_WHILE_BYTES_COME : 1) * patience.toNanos();
        return waiting.values().stream()
                .filter(one -> one.sinceNanos() - limitNanos <= 0)
                .map(one -> new Complete(one.from(), one.accept(), one.batch()))
                .toList();
    }

    /** Returns a batch that waits for its bytes. */
    Optional<Batch> batch(StateId id) {
        return Optional.ofNullable(waiting.get(id)).map(Waiting::batch);
    }

    /** Returns the bytes of a batch that are here already. */
    Map<PieceId, StagedBytes> known(Batch batch) {
        Map<PieceId, StagedBytes> known = new HashMap<>();
        for (StagedBytes named : BatchShelf.piecesOf(batch)) {
            PieceId id = ((NamedPiece) named).id();
            Optional.ofNullable(written.get(id)).ifPresent(piece -> known.put(id, piece));
        }
        return known;
    }

    /** The batch was fetched: its bytes belong to it now, and those of them that still come are of no use. */
    void forget(StateId id, Batch local) {
        Waiting fetched = waiting.remove(id);
        if (fetched != null) {
            BatchShelf.piecesOf(fetched.batch()).forEach(named -> expectNoMore(((NamedPiece) named).id()));
        }
        written.values().removeAll(Set.copyOf(BatchShelf.piecesOf(local)));
    }

    /** The file has gone on: batches up to its committed state will not be accepted any more, nor be had from anybody. */
    void forgetUpTo(StateId committed) {
        List<StagedBytes> strays = new ArrayList<>();
        for (Waiting one : List.copyOf(waiting.values())) {
            if (!one.accept().id().isAbove(committed)) {
                waiting.remove(one.accept().id());
                for (StagedBytes named : BatchShelf.piecesOf(one.batch())) {
                    PieceId id = ((NamedPiece) named).id();
                    Optional.ofNullable(written.remove(id)).ifPresentOrElse(strays::add, () -> expectNoMore(id));
                }
            }
        }
        if (!strays.isEmpty()) {
            environment.io().execute(() -> pieces.release(strays));
        }
    }

    private void expectNoMore(PieceId id) {
        if (!written.containsKey(id) && late.add(id) && late.size() > MAX_LATE) {
            late.remove(late.iterator().next());
        }
    }

    private Optional<Batch> local(Batch batch) {
        List<Operation> operations = new ArrayList<>();
        for (Operation operation : batch.operations()) {
            if (operation instanceof Operation.WriteStaged write) {
                List<StagedBytes> here = new ArrayList<>();
                for (StagedBytes named : write.pieces()) {
                    StagedBytes piece = written.get(((NamedPiece) named).id());
                    if (piece == null || piece.byteCount() != named.byteCount() || piece.crc32c() != named.crc32c()) {
                        return Optional.empty();
                    }
                    here.add(piece);
                }
                operations.add(new Operation.WriteStaged(write.offset(), here));
            } else {
                operations.add(operation);
            }
        }
        return Optional.of(batch.withOperations(operations));
    }

    private void forgetPieces(Batch batch) {
        BatchShelf.piecesOf(batch).forEach(named -> written.remove(((NamedPiece) named).id()));
    }
}
