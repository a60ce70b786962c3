package org.dfile.client.internal;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what a source gives, a source of its own for each subscriber. An element is taken only when it was requested;
 * signals come one after the other on the callback executor.
 */
final class PullPublisher<T> implements Flow.Publisher<T> {

    private final Callbacks callbacks;
    private final Supplier<PullSource<T>> sources;

    PullPublisher(Callbacks callbacks, Supplier<PullSource<T>> sources) {
        this.callbacks = callbacks;
        this.sources = sources;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Subscription<T> subscription = new Subscription<>(callbacks, sources.get(), subscriber);
        callbacks.run(subscription::begin);
    }

    private static final class Subscription<T> implements Flow.Subscription {

        private final Callbacks callbacks;
        private final PullSource<T> source;
        private final Flow.Subscriber<? super T> subscriber;
        private final AtomicBoolean ended = new AtomicBoolean();
        private long requested;
        private boolean begun;
        private boolean pulling;
        private boolean refused;

        Subscription(Callbacks callbacks, PullSource<T> source, Flow.Subscriber<? super T> subscriber) {
            this.callbacks = callbacks;
            this.source = source;
            this.subscriber = subscriber;
        }

        void begin() {
            subscriber.onSubscribe(this);
            synchronized (this) {
                begun = true;
            }
            pull();
        }

        @Override
        public void request(long count) {
            synchronized (this) {
                if (count <= 0) {
                    refused = true;
                } else {
                    requested = requested + count < 0 ? Long.MAX_VALUE : requested + count;
                }
            }
            pull();
        }

        @Override
        public void cancel() {
            ended.set(true);
        }

        /** Starts the next element if it is wanted and none is on its way. */
        private void pull() {
            boolean illegal;
            synchronized (this) {
                if (!begun || pulling || ended.get() || (requested == 0 && !refused)) {
                    return;
                }
                pulling = true;
                illegal = refused;
            }
            if (illegal) {
                callbacks.run(() -> end(new IllegalArgumentException("requested less than one element")));
            } else {
                Futures.atEnd(source.next(), (element, error) -> callbacks.run(() -> onNext(element, error)));
            }
        }

        private void onNext(@Nullable T element, @Nullable Throwable error) {
            if (error != null) {
                end(Callbacks.unwrap(error));
            } else if (element == null) {
                if (ended.compareAndSet(false, true)) {
                    subscriber.onComplete();
                }
            } else if (!ended.get()) {
                subscriber.onNext(element);
                synchronized (this) {
                    requested = requested == Long.MAX_VALUE ? requested : requested - 1;
                    pulling = false;
                }
                pull();
            }
        }

        private void end(Throwable error) {
            if (ended.compareAndSet(false, true)) {
                subscriber.onError(error);
            }
        }
    }
}
