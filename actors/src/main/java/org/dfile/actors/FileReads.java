package org.dfile.actors;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.FileStatus;
import org.dfile.model.FileVersion;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.store.PoisonedException;
import org.dfile.store.ReadResult;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one file: numbered while they wait until they may be answered (I7). Meanwhile the disk threads read already:
 * if what they saw is the state that is confirmed then, the answer is there; else they read again, also when they failed:
 * which state was damaged is not known then. They see committed state only, as the store has it.
 */
final class FileReads {

    /**
     * What the disk said, before it was known whether it may be said.
     *
     * @param version of the state that it saw
     */
    private record Seen(FileReply reply, FileVersion version) {}

    private record Waiting(Accepted accepted, CompletionStage<Seen> ahead) {}

    private final FileName name;
    private final FileEnvironment environment;
    private final Map<Long, Waiting> waiting = new TreeMap<>();
    private long lastNumber;
    private final AtomicInteger ahead = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Runnable whenNone = () -> {};

    FileReads(FileName name, FileEnvironment environment) {
        this.name = name;
        this.environment = environment;
    }

    boolean none() {
        return waiting.isEmpty() && underWay.get() == 0 && ahead.get() == 0;
    }

    boolean someWait() {
        return !waiting.isEmpty();
    }

    /** From now on {@code action} runs, on any thread, whenever no read is on the disk. Check {@link #none} after it. */
    void whenNone(Runnable action) {
        whenNone = action;
    }

    /** Lets a read wait for its confirmation; returns its number, or nothing if there are too many. */
    Optional<Long> add(Accepted accepted) {
        int limit = environment.settings().maxReadsPerFile();
        if (waiting.size() + underWay.get() >= limit) {
            accepted.refuse(new Failure.Busy("reads of " + name, limit));
            return Optional.empty();
        }
        lastNumber++;
        waiting.put(lastNumber, new Waiting(accepted, readAhead(accepted.request())));
        return Optional.of(lastNumber);
    }

    private CompletionStage<Seen> readAhead(FileRequest request) {
        ahead.incrementAndGet();
        CompletionStage<Seen> seen = Blocking.run(environment.io(), () -> look(request));
        return seen.whenComplete((saw, error) -> end(ahead));
    }

    /**
     * The read may be answered.
     *
     * @param committed version of the state that is confirmed
     */
    void answer(long number, FileVersion committed) {
        Waiting read = waiting.remove(number);
        if (read != null) {
            underWay.incrementAndGet();
            read.ahead.whenComplete((seen, error) -> answer(read.accepted, committed, seen, error));
        }
    }

    /** On any thread. */
    private void answer(Accepted accepted, FileVersion committed, @Nullable Seen seen, @Nullable Throwable error) {
        Throwable cause = error == null ? null : StoreFailures.cause(error);
        if (seen != null && seen.version.equals(committed)) {
            accepted.answer(seen.reply);
            end(underWay);
        } else if (cause instanceof PoisonedException) {
            fail(accepted, cause);
            end(underWay);
        } else {
            environment.io().execute(() -> serve(accepted)); // another state, or damage that may be another state's
        }
    }

    /** Gives up those that wait: somebody else answers them. */
    Map<Long, Accepted> takeWaiting() {
        Map<Long, Accepted> all = new TreeMap<>();
        waiting.forEach((number, read) -> all.put(number, read.accepted));
        waiting.clear();
        return all;
    }

    /** Answers a read from the committed state as it is now. */
    void start(Accepted accepted) {
        underWay.incrementAndGet();
        environment.io().execute(() -> serve(accepted));
    }

    private void end(AtomicInteger count) {
        if (count.decrementAndGet() == 0) {
            whenNone.run();
        }
    }

    private void serve(Accepted accepted) {
        try {
            accepted.answer(look(accepted.request()).reply);
        } catch (StoreException | RuntimeException e) {
            fail(accepted, e);
        } finally {
            end(underWay);
        }
    }

    private void fail(Accepted accepted, Throwable error) {
        accepted.refuse(StoreFailures.of(error, environment.self(), name));
        report(error);
    }

    private void report(Throwable error) {
        environment
                .server()
                .tell(
                        error instanceof PoisonedException
                                ? new FileServerMessage.VolumePoisoned(StoreFailures.detail(error))
                                : new FileServerMessage.Trouble(
                                        "reading " + name + ": " + StoreFailures.detail(error)));
    }

    private Seen look(FileRequest request) throws StoreException {
        if (request instanceof FileRequest.Read read) {
            ReadResult result = environment.store().read(name, read.offset(), read.byteCount());
            return new Seen(contents(read, result), result.version());
        }
        Optional<FileState> state = environment.store().state(name);
        return new Seen(
                status(name, request.id(), state), state.map(FileState::version).orElse(FileVersion.NONE));
    }

    private FileReply contents(FileRequest.Read read, ReadResult result) {
        if (!result.exists()) {
            return new FileReply.Failed(read.id(), new Failure.NoSuchFile(name));
        }
        long generation = result.version().generation();
        return read.generation() == 0 || read.generation() == generation
                ? new FileReply.Contents(read.id(), result.version(), result.length(), read.offset(), result.bytes())
                : new FileReply.Failed(read.id(), new Failure.Replaced(name, read.generation(), generation));
    }

    private static FileReply status(FileName name, long id, Optional<FileState> state) {
        return state.filter(FileState::exists)
                .map(known -> new FileStatus(name, known.version(), known.length(), known.created(), known.modified()))
                .<FileReply>map(status -> new FileReply.Status(id, status))
                .orElseGet(() -> new FileReply.Failed(id, new Failure.NoSuchFile(name)));
    }
}
