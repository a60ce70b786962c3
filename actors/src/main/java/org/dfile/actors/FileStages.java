package org.dfile.actors;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.StagedBytes;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.store.StoreException;

/** Takes the chunks of whole files that are sent ahead. Used by the file's actor alone; results come to it as messages. */
final class FileStages {

    /** To the file's actor: a chunk is written ahead. */
    record ChunkStaged(Accepted accepted, FileRequest.Stage request, StagedBytes piece) implements FileMessage {}

    /** To the file's actor: a chunk could not be written ahead. */
    record ChunkNotStaged(Accepted accepted, FileRequest.Stage request, Throwable error) implements FileMessage {}

    private final FileName name;
    private final FileEnvironment environment;
    private final StageTable table;
    private final StagedPieces pieces;
    private final ActorRef<FileMessage> file;
    private int underWay;

    FileStages(
            FileName name,
            FileEnvironment environment,
            StageTable table,
            StagedPieces pieces,
            ActorRef<FileMessage> file) {
        this.name = name;
        this.environment = environment;
        this.table = table;
        this.pieces = pieces;
        this.file = file;
    }

    boolean isEmpty() {
        return table.isEmpty() && underWay == 0;
    }

    int underWay() {
        return underWay;
    }

    void take(Accepted accepted, FileRequest.Stage request) {
        int limit = environment.settings().maxWaitingPerFile();
        if (request.bytes().byteCount() == 0) {
            accepted.answer(staged(request));
        } else if (underWay >= limit) {
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
        underWay++;
        environment.io().execute(() -> {
            try {
                file.tell(new ChunkStaged(accepted, request, pieces.stage(request.bytes())));
            } catch (StoreException | RuntimeException e) {
                file.tell(new ChunkNotStaged(accepted, request, e));
            }
        });
    }

    void onStaged(ChunkStaged staged) {
        underWay--;
        table.written(staged.request(), staged.piece());
        staged.accepted().answer(staged(staged.request()));
    }

    void onNotStaged(ChunkNotStaged failed) {
        underWay--;
        FileRequest.Stage request = failed.request();
        table.notWritten(request);
        failed.accepted()
                .refuse(StoreFailures.ofBytes(
                        failed.error(),
                        environment.self(),
                        name,
                        request.offset(),
                        request.bytes().byteCount()));
    }

    /** A chunk has come to its end, however, when the file has failed. */
    void drop(Accepted accepted, Failure failure) {
        underWay--;
        accepted.refuse(failure);
    }

    /** Gives up the stages that nobody touched for a while and nobody publishes. */
    void dropIdle(Duration idle) {
        Collection<StagedBytes> dropped = table.removeIdle(System.nanoTime() - idle.toNanos());
        if (!dropped.isEmpty()) {
            List<StagedBytes> released = List.copyOf(dropped);
            environment.io().execute(() -> released.forEach(pieces::release));
        }
    }

    private static FileReply staged(FileRequest.Stage request) {
        return new FileReply.Staged(
                request.id(), request.stage(), request.offset(), request.bytes().byteCount());
    }
}
