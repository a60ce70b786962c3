package org.dfile.client.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.WireMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each attempt an id of its own and brings its reply to whoever asked. One tick looks at all deadlines and
 * retries; there is no timer per request.
 */
final class Exchange implements Transport.Receiver {

    /** Somebody who waits for replies. Never throws. */
    interface Asker {
        void onReply(long id, WireMessage reply);

        void onTick(long now);

        void onClose();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private record Attempt(Asker asker, HostId host, long sentNanos) {}

    private final Transport transport;
    private final Members members;
    private final HostMemory memory;
    private final ConcurrentHashMap<Long, Attempt> attempts = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean closed;

    Exchange(Transport transport, Members members, HostMemory memory) {
        this.transport = transport;
        this.members = members;
        this.memory = memory;
    }

    Members members() {
        return members;
    }

    /** Returns the way to the replicas of a file. */
    Route route(FileName name) {
        return new Route(() -> members.replicasOf(name), memory);
    }

    /** Returns the way to one host. */
    Route route(Host host) {
        return new Route(() -> List.of(host), memory);
    }

    /** Asks those replicas of a file that were silent whether they are there again, now and then. */
    void probe(FileName name, long now) {
        for (Host host : members.replicasOf(name)) {
            if (memory.probeIsDue(host.id(), now)) {
                Probe.send(this, host, name, now);
            }
        }
    }

    /** A host did not answer in time. */
    void silent(Host host, long now) {
        memory.silent(host.id(), now);
    }

    boolean isSilent(Host host) {
        return memory.isSilent(host.id());
    }

    /** Sends one more attempt, after silence or a refusal; as {@link #send}. */
    long sendAgain(Asker asker, Host to, Call call) {
        transport.silent(to.address());
        return send(asker, to, call);
    }

    /** Sends one attempt and returns its id, which is the asker's until {@link #forget}. */
    long send(Asker asker, Host to, Call call) {
        long id = lastId.incrementAndGet();
        attempts.put(id, new Attempt(asker, to.id(), System.nanoTime()));
        transport.send(to.address(), id, members.list().id(), call);
        return id;
    }

    void forget(long id) {
        attempts.remove(id);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void onFileReply(FileReply reply) {
        if (reply instanceof FileReply.Failed failed && failed.failure() instanceof Failure.StaleHostList stale) {
            members.install(stale.newer());
        }
        deliver(reply.id(), reply);
    }

    @Override
    public void onListReply(ListReply reply) {
        if (reply instanceof ListReply.ListFailed failed && failed.failure() instanceof Failure.StaleHostList stale) {
            members.install(stale.newer());
        }
        deliver(reply.id(), reply);
    }

    private void deliver(long id, WireMessage reply) {
        Attempt attempt = attempts.get(id);
        if (attempt == null) {
            return; // settled by the answer to another attempt
        }
        memory.answered(attempt.host(), System.nanoTime() - attempt.sentNanos());
        try {
            attempt.asker().onReply(id, reply);
        } catch (RuntimeException e) {
            LOG.error("reply {} was not handled", reply, e);
        }
    }

    /** Looks at what waits. {@code now} is of {@link System#nanoTime}. */
    void tick(long now) {
        for (Attempt attempt : attempts.values()) {
            try {
                attempt.asker().onTick(now);
            } catch (RuntimeException e) {
                LOG.error("retry failed", e);
            }
        }
    }

    /** Fails whatever waits, and whatever is asked from now on. */
    void close() {
        closed = true;
        Set<Asker> all = new HashSet<>();
        attempts.values().forEach(attempt -> all.add(attempt.asker()));
        attempts.clear();
        all.forEach(Asker::onClose);
    }
}
