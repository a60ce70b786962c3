package org.dfile.client.internal;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dfile.client.ClientSettings;
import org.dfile.model.Failure;
import org.dfile.model.HostList;
import org.dfile.model.SessionId;

/** What runs in one client, and how it stops. */
final class Engine {

    private final Transport transport;
    private final Exchange exchange;
    private final Parts parts;
    private final ScheduledExecutorService ticker;
    private final ScheduledFuture<?> ticking;
    private final ExecutorService localIo;
    private final Set<Runnable> closeHooks = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    Engine(Transport transport, HostList list, ClientSettings settings) {
        this.transport = transport;
        this.exchange = new Exchange(
                transport,
                new Members(list),
                new HostMemory(
                        settings.probeInterval().toNanos(),
                        settings.askElsewhereAfter().toNanos()));
        this.ticker = Executors.newSingleThreadScheduledExecutor(daemons("dfile-client-tick"));
        this.localIo = Executors.newFixedThreadPool(settings.localIoThreads(), daemons("dfile-client-io"));
        Backoff backoff = new Backoff(
                settings.retryInterval().toNanos(),
                settings.maxRetryInterval().toNanos(),
                settings.busyInterval().toNanos(),
                Engine::withJitter);
        Questions questions = new Questions(exchange, backoff, settings.deadline(), settings.askElsewhereAfter());
        FileSessions sessions = new FileSessions(
                exchange, backoff, settings.deadline(), settings.maxSessions(), () -> new SessionId(UUID.randomUUID()));
        this.parts = new Parts(
                questions,
                sessions,
                new Budget(settings.maxBytesInFlight(), settings.maxCalls()),
                settings.chunksInFlight(),
                settings.maxLineBytes(),
                new Callbacks(settings.callbackExecutor()),
                localIo);
        long tick = settings.tick().toNanos();
        transport.start(exchange);
        ticking =
                ticker.scheduleWithFixedDelay(() -> exchange.tick(System.nanoTime()), tick, tick, TimeUnit.NANOSECONDS);
    }

    private static long withJitter(long nanos) {
        return nanos - nanos / 8 + ThreadLocalRandom.current().nextLong(Math.max(1, nanos / 4));
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    Parts parts() {
        return parts;
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Runs a hook at close, unless {@code done} has completed before. */
    void onClose(Runnable hook, CompletableFuture<?> done) {
        closeHooks.add(hook);
        Futures.atEnd(done, (value, error) -> closeHooks.remove(hook));
    }

    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ticking.cancel(false);
        ticker.shutdown();
        exchange.close();
        parts.budget().close(new Failure.ClientClosed("chunks of a long operation"));
        closeHooks.forEach(Runnable::run);
        transport.close();
        localIo.shutdown();
    }
}
