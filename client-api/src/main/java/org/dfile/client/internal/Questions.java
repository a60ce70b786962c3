package org.dfile.client.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.dfile.client.DFileException;
import org.dfile.model.Bytes;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.Host;
import org.dfile.model.Limits;
import org.dfile.model.StageId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;

/** Everything that is asked of hosts without changing a file. */
final class Questions {

    private final Exchange exchange;
    private final Backoff backoff;
    private final Duration deadline;

    Questions(Exchange exchange, Backoff backoff, Duration deadline) {
        this.exchange = exchange;
        this.backoff = backoff;
        this.deadline = deadline;
    }

    Members members() {
        return exchange.members();
    }

    CompletableFuture<FileStatus> stat(FileName name) {
        return ask(new Call.Stat(name))
                .thenApply(reply -> expect(FileReply.Status.class, reply).status());
    }

    /** Reads at most one chunk; the bytes are intact, and where and as many as was asked. */
    CompletableFuture<FileReply.Contents> read(FileName name, long generation, long offset, int byteCount) {
        return ask(new Call.Read(name, generation, offset, byteCount)).thenApply(reply -> {
            FileReply.Contents contents = expect(FileReply.Contents.class, reply);
            if (contents.offset() != offset || contents.bytes().byteCount() > byteCount) {
                throw new DFileException(new Failure.Malformed(contents.bytes() + " at " + contents.offset()
                        + " in answer to " + byteCount + " at " + offset));
            }
            return contents;
        });
    }

    CompletableFuture<FileReply.Staged> stage(FileName name, StageId stage, long offset, Bytes bytes) {
        return ask(new Call.Stage(name, stage, offset, bytes))
                .thenApply(reply -> expect(FileReply.Staged.class, reply));
    }

    CompletableFuture<ListReply.Names> names(Host host, String prefix, String after, int limit) {
        return ask(new Call.Names(prefix, after, limit), attempt -> host)
                .thenApply(reply -> expect(ListReply.Names.class, reply));
    }

    private CompletableFuture<WireMessage> ask(Call.OfFile call) {
        return ask(call, attempt -> members().hostFor(call.name(), attempt));
    }

    private CompletableFuture<WireMessage> ask(Call call, IntFunction<Host> hostForAttempt) {
        long now = System.nanoTime();
        return new Question(exchange, backoff, call, hostForAttempt, now, deadline).ask(now);
    }

    private static <T extends WireMessage> T expect(Class<T> type, WireMessage reply) {
        if (type.isInstance(reply)) {
            return type.cast(reply);
        }
        throw new DFileException(new Failure.Malformed(
                "a " + reply.getClass().getSimpleName() + " where a " + type.getSimpleName() + " belongs"));
    }

    /** Returns how much of a wish one read can ask for. */
    static int chunk(long byteCount) {
        return (int) Math.min(byteCount, Limits.MAX_CHUNK_BYTES);
    }
}
