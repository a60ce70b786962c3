package org.dfile.actors;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileStatus;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.store.PoisonedException;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;

/**
 * The reads of one file. Each is one task on the disk threads, which answers the client itself; the file's actor hears
 * nothing of it, but for the last one if it waits to leave. They see committed state only, as the store has it.
 */
final class FileReads {

    private final FileName name;
    private final FileEnvironment environment;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Runnable whenNone = () -> {};

    FileReads(FileName name, FileEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    boolean none() {
        return underWay.get() == 0;
    }

    /** From now on {@code action} runs, on any thread, whenever no read is left. Check {@link #none} after it. */
    void whenNone(Runnable action) {
        whenNone = action;
    }

    void start(Accepted accepted) {
        int limit = environment.settings().maxReadsPerFile();
        if (underWay.incrementAndGet() > limit) {
            end();
            accepted.refuse(new Failure.Busy("reads of " + name, limit));
            return;
        }
        environment.io().execute(() -> serve(accepted));
    }

    private void end() {
        if (underWay.decrementAndGet() == 0) {
            whenNone.run();
        }
    }

    private void serve(Accepted accepted) {
        try {
            accepted.answer(reply(accepted.request()));
        } catch (StoreException | RuntimeException e) {
            accepted.refuse(StoreFailures.of(e, environment.self(), name));
            report(e);
        } finally {
            end();
        }
    }

    private void report(Exception error) {
        environment
                .server()
                .tell(
                        error instanceof PoisonedException
                                ? new FileServerMessage.VolumePoisoned(StoreFailures.detail(error))
                                : new FileServerMessage.Trouble(
                                        "reading " + name + ": " + StoreFailures.detail(error)));
    }

    private FileReply reply(FileRequest request) throws StoreException {
        return request instanceof FileRequest.Read read
                ? contents(read)
                : status(name, request.id(), environment.store().state(name));
    }

    private FileReply contents(FileRequest.Read read) throws StoreException {
        ReadResult result = environment.store().read(name, read.offset(), read.byteCount());
        if (!result.exists()) {
            return new FileReply.Failed(read.id(), new Failure.NoSuchFile(name));
        }
        long generation = result.version().generation();
        return read.generation() == 0 || read.generation() == generation
                ? new FileReply.Contents(read.id(), result.version(), result.length(), read.offset(), result.bytes())
                : new FileReply.Failed(read.id(), new Failure.Replaced(name, read.generation(), generation));
    }

    static FileReply status(FileName name, long id, Optional<FileState> state) {
        return state.filter(FileState::exists)
                .map(known -> new FileStatus(name, known.version(), known.length(), known.created(), known.modified()))
                .<FileReply>map(status -> new FileReply.Status(id, status))
                .orElseGet(() -> new FileReply.Failed(id, new Failure.NoSuchFile(name)));
    }
}
