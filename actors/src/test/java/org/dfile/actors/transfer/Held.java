package org.dfile.actors.transfer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.store.IncomingState;
import org.dfile.store.LocalStore;
import org.dfile.store.VolumeFullException;
import org.jspecify.annotations.Nullable;

/** Counts what was staged or is on its way into a store, and was neither given back nor handed over. */
@SuppressWarnings("FutureReturnValueIgnored") // what a proxy returns is whatever the method does
public final class Held {

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    public int count() {
        return count.get();
    }

    /** Returns how many pieces and ranges were written. */
    public int taken() {
        return taken.get();
    }

    /** So many states that are to be installed next find no room. */
    public void refuseInstalls(int number) {
        refused.set(number);
    }

    public LocalStore watch(LocalStore store) {
        return proxy(LocalStore.class, (method, arguments) -> {
            Object result = call(store, method, arguments);
            switch (method.getName()) {
                case "stage" -> {
                    count.incrementAndGet();
                    taken.incrementAndGet();
                }
                case "release" -> count.decrementAndGet();
                case "receive" -> {
                    count.incrementAndGet();
                    return watch((IncomingState) result);
                }
                default -> {
                    // holds nothing
                }
            }
            return result;
        });
    }

    private IncomingState watch(IncomingState incoming) {
        AtomicBoolean here = new AtomicBoolean(true);
        return proxy(IncomingState.class, (method, arguments) -> {
            if (method.getName().equals("write")) {
                taken.incrementAndGet();
            } else if (method.getName().equals("install") && refused.getAndDecrement() > 0) {
                return CompletableFuture.failedFuture(new VolumeFullException(7, 5));
            } else if (here.getAndSet(false)) {
                count.decrementAndGet();
            }
            return call(incoming, method, arguments);
        });
    }

    private interface Handler {
        @Nullable
        Object call(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> handler.call(method, arguments)));
    }

    private static Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
