package org.dfile.client.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
    private final Duration askElsewhereAfter;

    Questions(Exchange exchange, Backoff backoff, Duration deadline, Duration askElsewhereAfter) {
        this.exchange = exchange;
        this.backoff = backoff;
        this.deadline = deadline;
        this.askElsewhereAfter = askElsewhereAfter;
    }

    Members members() {
        return exchange.members();
    }

    CompletableFuture<FileStatus> stat(FileName name) {
        return askSoonElsewhere(new Call.Stat(name))
                .thenApply(reply -> expect(FileReply.Status.class, reply).status());
    }

    /** Reads at most one chunk; the bytes are intact, and where and as many as was asked. */
    CompletableFuture<FileReply.Contents> read(FileName name, long generation, long offset, int byteCount) {
        return askSoonElsewhere(new Call.Read(name, generation, offset, byteCount))
                .thenApply(reply -> {
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

    /** Returns a question for names, not asked yet; {@link #names(WireMessage)} reads the answer. */
    Question names(Host host, String prefix, String after, int limit) {
        return question(new Call.Names(prefix, after, limit), exchange.route(host), Question.NEVER);
    }

    static ListReply.Names names(WireMessage reply) {
        return expect(ListReply.Names.class, reply);
    }

    /** Whether a host was silent lately. */
    boolean isSilent(Host host) {
        return exchange.isSilent(host);
    }

    void silent(Host host, long now) {
        exchange.silent(host, now);
    }

    /** How long others wait for a host that does not answer. */
    Duration askElsewhereAfter() {
        return askElsewhereAfter;
    }

    private CompletableFuture<WireMessage> ask(Call.OfFile call) {
        exchange.probe(call.name(), System.nanoTime());
        return ask(call, exchange.route(call.name()), Question.NEVER);
    }

    /** For reads: a slow host must not hold them up, and the first good answer counts. */
    private CompletableFuture<WireMessage> askSoonElsewhere(Call.OfFile call) {
        exchange.probe(call.name(), System.nanoTime());
        return ask(call, exchange.route(call.name()), askElsewhereAfter.toNanos());
    }

    private CompletableFuture<WireMessage> ask(Call call, Route route, long elsewhereNanos) {
        return question(call, route, elsewhereNanos).ask(System.nanoTime());
    }

    private Question question(Call call, Route route, long elsewhereNanos) {
        return new Question(exchange, backoff, call, route, elsewhereNanos, deadline);
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
