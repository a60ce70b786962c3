package org.dfile.actors;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.StagedBytes;
import org.dfile.model.replica.PieceId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.replication.ReplicaSet;
import org.dfile.store.StoreException;

/**
 * Takes the bytes that clients send ahead, writes them here and sends them to the other replicas, once. A chunk of a whole
 * file is answered when a majority has it on disk, so that no replica is left behind without bound; one that is late gets
 * it with the batch. Used by the file's actor alone; results come to it as messages.
 */
final class FileStages {

    /** To the file's actor: a chunk is written ahead. */
    record ChunkStaged(PieceId id, StagedBytes piece) implements OpenFileMessage {}

    /** To the file's actor: a chunk could not be written ahead. */
    record ChunkNotStaged(PieceId id, Throwable error) implements OpenFileMessage {}

    private static final class Chunk {
        final Accepted accepted;
        final FileRequest.Stage request;
        final Set<HostId> on = new HashSet<>();
        final long sinceNanos = System.nanoTime();

        Chunk(Accepted accepted, FileRequest.Stage request) {
            this.accepted = accepted;
            this.request = request;
        }
    }

    private final FileName name;
    private final FileEnvironment environment;
    private final ReplicaSet replicas;
    private final StageTable table;
    private final StagedPieces pieces;
    private final ActorRef<OpenFileMessage> file;
    private final Map<PieceId, Chunk> chunks = new HashMap<>();

    FileStages(
            FileName name,
            FileEnvironment environment,
            StageTable table,
            StagedPieces pieces,
            ActorRef<OpenFileMessage> file) {
        this.name = name;
        this.environment = environment;
        this.replicas = environment.replicas(name.slot());
        this.table = table;
        this.pieces = pieces;
        this.file = file;
    }

    boolean isEmpty() {
        return table.isEmpty() && chunks.isEmpty();
    }

    int underWay() {
        return chunks.size();
    }

    /** Sends bytes to the other replicas that take them, ahead of the batch that will name them. */
    PieceId sendAhead(Bytes bytes) {
        PieceId id = new PieceId(UUID.randomUUID());
        FilePeerMessage mail = new FilePeerMessage.PieceMail(environment.list(), environment.self(), name, id, bytes);
        for (HostId other : replicas.others()) {
            if (!environment.isSilent(other)
                    && environment.ahead().take(other, id, bytes.byteCount(), System.nanoTime())) {
                environment.links().toFiles(other, mail);
            }
        }
        return id;
    }

    void take(Accepted accepted, FileRequest.Stage request) {
        int limit = environment.settings().maxWaitingPerFile();
        if (request.bytes().byteCount() == 0) {
            accepted.answer(staged(request));
        } else if (chunks.size() >= limit) {
            accepted.refuse(new Failure.Busy("chunks for " + name, limit));
        } else {
            follow(accepted, request, table.offer(request, System.nanoTime()));
        }
    }

    private void follow(Accepted accepted, FileRequest.Stage request, StageTable.Decision decision) {
        FileServerSettings settings = environment.settings();
        switch (decision) {
            case WRITE -> write(accepted, request);
            case ANSWER -> accepted.answer(staged(request));
            case DIFFERENT ->
                accepted.refuse(new Failure.Malformed(
                        "another chunk of stage " + request.stage() + " is at offset " + request.offset()));
            case UNDER_WAY -> accepted.refuse(new Failure.Busy("the same chunk for " + name, 1));
            case TOO_MANY_STAGES ->
                accepted.refuse(new Failure.Busy("whole files sent for " + name, settings.maxStagesPerFile()));
            case TOO_MANY_BYTES ->
                accepted.refuse(new Failure.Busy("bytes sent ahead for " + name, settings.maxStagedBytesPerFile()));
        }
    }

    private void write(Accepted accepted, FileRequest.Stage request) {
        PieceId id = sendAhead(request.bytes());
        chunks.put(id, new Chunk(accepted, request));
        environment.io().execute(() -> {
            try {
                file.tell(new ChunkStaged(id, pieces.stage(id, request.bytes())));
            } catch (StoreException | RuntimeException e) {
                file.tell(new ChunkNotStaged(id, e));
            }
        });
    }

    void onStaged(ChunkStaged staged) {
        Chunk chunk = chunks.get(staged.id());
        if (chunk != null) {
            table.written(chunk.request, staged.piece());
            count(staged.id(), chunk, environment.self());
        }
    }

    /** Another replica has a piece on its disk. */
    void onStaged(HostId host, PieceId id) {
        environment.ahead().arrived(host, id);
        Chunk chunk = chunks.get(id);
        if (chunk != null) {
            count(id, chunk, host);
        }
    }

    private void count(PieceId id, Chunk chunk, HostId host) {
        chunk.on.add(host);
        if (chunk.on.contains(environment.self()) && replicas.isMajority(chunk.on.size())) {
            chunks.remove(id);
            chunk.accepted.answer(staged(chunk.request));
        }
    }

    /** Answers chunks that are on disk here and have waited long enough for another replica. */
    void answerLate(Duration patience) {
        long limitNanos = System.nanoTime() - patience.toNanos();
        chunks.values().removeIf(chunk -> {
            boolean late = chunk.on.contains(environment.self()) && chunk.sinceNanos - limitNanos <= 0;
            if (late) {
                chunk.accepted.answer(staged(chunk.request));
            }
            return late;
        });
    }

    void onNotStaged(ChunkNotStaged failed) {
        Chunk chunk = chunks.remove(failed.id());
        if (chunk != null) {
            FileRequest.Stage request = chunk.request;
            table.notWritten(request);
            chunk.accepted.refuse(StoreFailures.ofBytes(
                    failed.error(),
                    environment.self(),
                    name,
                    request.offset(),
                    request.bytes().byteCount()));
        }
    }

    /** The file has failed: nothing of it is of use any more. */
    void dropAll(Failure failure) {
        chunks.values().forEach(chunk -> chunk.accepted.refuse(failure));
        chunks.clear();
    }

    /** Gives up the stages that nobody touched for a while and nobody publishes. */
    void dropIdle(Duration idle) {
        Collection<StagedBytes> dropped = table.removeIdle(System.nanoTime() - idle.toNanos());
        if (!dropped.isEmpty()) {
            List<StagedBytes> released = List.copyOf(dropped);
            environment.io().execute(() -> pieces.release(released));
        }
    }

    private static FileReply staged(FileRequest.Stage request) {
        return new FileReply.Staged(
                request.id(), request.stage(), request.offset(), request.bytes().byteCount());
    }
}
