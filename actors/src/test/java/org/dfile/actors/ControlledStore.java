package org.dfile.actors;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.StagedBytes;
import org.dfile.store.LocalStore;
import org.dfile.store.ScrubStatus;
import org.dfile.store.StoreException;
import org.dfile.store.StoreSettings;
import org.dfile.store.VolumeIdentity;
import org.dfile.store.VolumeUsage;
import org.dfile.store.Volumes;
import org.jspecify.annotations.Nullable;

/** A real volume in a directory of its own, of which a test can count calls, hold them back, and make them fail. */
@SuppressWarnings("FutureReturnValueIgnored") // what a proxy returns is whatever the method does
final class ControlledStore implements AutoCloseable {

    /** What a test can make fail; by the name of the method. */
    enum Call {
        standing,
        stage,
        checkRoom,
        accept,
        read,
        startScrub,
        close
    }

    private final VolumeIdentity identity;
    private final Path directory;
    private final Path data;
    private final LocalStore volume;
    private final LocalStore controlled;
    private final Map<Call, ConcurrentLinkedQueue<Throwable>> faults = new ConcurrentHashMap<>();
    private final Map<Call, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<StagedBytes> staged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger released = new AtomicInteger();
    private final List<Batch> accepted = new ArrayList<>();
    private final List<Runnable> heldAccepts = new ArrayList<>();
    private boolean holdAccepts;
    private volatile CountDownLatch readGate = new CountDownLatch(0);
    private volatile CountDownLatch standingGate = new CountDownLatch(0);
    private volatile CountDownLatch stageGate = new CountDownLatch(0);
    private final Map<String, Object> says = new ConcurrentHashMap<>();
    private volatile boolean closed;

    ControlledStore(VolumeIdentity identity) {
        this.identity = identity;
        try {
            directory = Files.createTempDirectory("dfile-actors");
            data = directory.resolve("data");
            Volumes.format(data, identity, StoreSettings.defaults());
            volume = Volumes.open(data, identity, StoreSettings.defaults(), poisoned -> {});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        controlled = (LocalStore) Proxy.newProxyInstance(
                LocalStore.class.getClassLoader(),
                new Class<?>[] {LocalStore.class},
                (proxy, method, arguments) -> call(method, arguments == null ? new Object[0] : arguments));
    }

    LocalStore store() {
        return controlled;
    }

    // -- what a test does

    /** The next call of this kind fails; repeated, the one after it too. */
    void failNext(Call call, Throwable fault) {
        faults.computeIfAbsent(call, any -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    /** Whether all that was to fail has failed. */
    boolean allFailed() {
        return faults.values().stream().allMatch(Queue::isEmpty);
    }

    /** Accepts are taken but not done before {@link #releaseAccepts}. */
    synchronized void holdAccepts() {
        holdAccepts = true;
    }

    void releaseAccepts() {
        synchronized (this) {
            holdAccepts = false;
        }
        releaseHeldAccepts();
    }

    /** Does the accepts that are held, and goes on holding those that come. */
    void releaseHeldAccepts() {
        List<Runnable> released;
        synchronized (this) {
            released = List.copyOf(heldAccepts);
            heldAccepts.clear();
        }
        released.forEach(Runnable::run);
    }

    /** Reads block until the returned latch is counted down. */
    CountDownLatch holdReads() {
        readGate = new CountDownLatch(1);
        return readGate;
    }

    /** Bytes that are to be staged from now on are not, until the returned latch is counted down. */
    CountDownLatch holdStages() {
        stageGate = new CountDownLatch(1);
        return stageGate;
    }

    /** Looking up what there is of a file blocks until the returned latch is counted down. */
    CountDownLatch holdStandings() {
        standingGate = new CountDownLatch(1);
        return standingGate;
    }

    /** The disk does not rot here, so the test says what a scrub finds. */
    void scrubSays(ScrubStatus status) {
        says.put("scrubStatus", status);
    }

    void usageSays(VolumeUsage usage) {
        says.put("usage", usage);
    }

    int calls(Call call) {
        AtomicInteger count = calls.get(call);
        return count == null ? 0 : count.get();
    }

    int stagedCount() {
        return staged.size();
    }

    int releasedCount() {
        return released.get();
    }

    boolean closed() {
        return closed;
    }

    synchronized List<Batch> accepted() {
        return List.copyOf(accepted);
    }

    /** Returns the bytes of a small file, also of a volume that was closed. */
    String content(FileName name) {
        try {
            if (!closed) {
                return content(volume, name);
            }
            try (LocalStore again = Volumes.open(data, identity, StoreSettings.defaults(), poisoned -> {})) {
                return content(again, name);
            }
        } catch (StoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String content(LocalStore store, FileName name) throws StoreException {
        return Node.text(store.read(name, 0, 1 << 20).bytes());
    }

    /** Lets the volume go and removes it. */
    @Override
    public void close() throws IOException {
        releaseAccepts();
        readGate.countDown();
        standingGate.countDown();
        stageGate.countDown();
        volume.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }

    // -- what the store does

    private Object call(Method method, Object[] arguments) throws Throwable {
        Call call = Stream.of(Call.values())
                .filter(known -> known.name().equals(method.getName()))
                .findFirst()
                .orElse(null);
        if (call == null) {
            Object said = says.get(method.getName());
            return said == null ? released(method, arguments) : said;
        }
        calls.computeIfAbsent(call, any -> new AtomicInteger()).incrementAndGet();
        if (call == Call.read) {
            await(readGate);
        } else if (call == Call.standing) {
            await(standingGate);
        } else if (call == Call.stage) {
            await(stageGate);
        } else if (call == Call.close) {
            closed = true;
        }
        if (call == Call.accept) {
            return accept(method, arguments);
        }
        Throwable fault = fault(call);
        if (fault != null) {
            if (CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                return CompletableFuture.failedFuture(fault);
            }
            throw fault;
        }
        Object result = invoke(method, arguments);
        if (result instanceof StagedBytes piece) {
            staged.add(piece);
        }
        return result;
    }

    private @Nullable Throwable fault(Call call) {
        ConcurrentLinkedQueue<Throwable> queue = faults.get(call);
        return queue == null ? null : queue.poll();
    }

    private Object released(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("release")) {
            staged.remove(arguments[0]);
            released.incrementAndGet();
        }
        return invoke(method, arguments);
    }

    private Object accept(Method method, Object[] arguments) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        Runnable now = () -> {
            try {
                Throwable fault = fault(Call.accept);
                if (fault != null) {
                    done.completeExceptionally(fault);
                    return;
                }
                Batch batch = (Batch) arguments[3];
                ((CompletionStage<?>) invoke(method, arguments)).whenComplete((result, error) -> {
                    staged.removeAll(BatchShelf.piecesOf(batch));
                    if (error == null) {
                        done.complete(result);
                    } else {
                        done.completeExceptionally(error);
                    }
                });
                synchronized (this) {
                    accepted.add(batch);
                }
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        };
        synchronized (this) {
            if (holdAccepts) {
                heldAccepts.add(now);
                return done;
            }
        }
        now.run();
        return done;
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(volume, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void await(CountDownLatch gate) {
        try {
            if (!gate.await(Duration.ofSeconds(30).toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)) {
                throw new CompletionException(new IllegalStateException("held for too long"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
