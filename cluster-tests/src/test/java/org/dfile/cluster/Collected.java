package org.dfile.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** Takes all that a publisher publishes, a few elements at a time. */
final class Collected<T, R> implements Flow.Subscriber<T> {

    private static final int AT_A_TIME = 3;

    private final Function<T, R> copy;
    private final List<R> elements = new ArrayList<>();
    private final CompletableFuture<List<R>> all = new CompletableFuture<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private int open;

    private Collected(Function<T, R> copy) {
        this.copy = copy;
    }

    static <T, R> CompletionStage<List<R>> of(Flow.Publisher<T> publisher, Function<T, R> copy) {
        Collected<T, R> collected = new Collected<>(copy);
        publisher.subscribe(collected);
        return collected.all;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription.complete(subscription);
        open = AT_A_TIME;
        subscription.request(AT_A_TIME);
    }

    @Override
    public void onNext(T element) {
        elements.add(copy.apply(element));
        if (--open == 0) {
            open = AT_A_TIME;
            subscription.join().request(AT_A_TIME);
        }
    }

    @Override
    public void onError(Throwable error) {
        all.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        all.complete(elements);
    }
}
