package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TransfersTest {

    private static final List<Integer> ITEMS = IntStream.range(0, 100).boxed().toList();

    private final List<Integer> failures = new CopyOnWriteArrayList<>();

    @Test
    void run_oneFails_othersAreCarriedOut() {
        Transfers.Result result = transfers(false, 13).run(ITEMS);
        assertThat(result).isEqualTo(new Transfers.Result(99, 990, 1, 0, false));
        assertThat(failures).containsExactly(13);
    }

    @Test
    void run_failFast_startsNoFurtherOne() {
        Transfers.Result result = transfers(true, 13).run(ITEMS);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.done()).isBetween(0, 17);
        assertThat(result.done() + result.failed() + result.notStarted()).isEqualTo(100);
    }

    @Test
    void run_many_keepsWithinTheLimit() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        new Transfers<Integer>(
                        4,
                        false,
                        item -> {
                            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                            return CompletableFuture.supplyAsync(() -> {
                                underWay.decrementAndGet();
                                return 1L;
                            });
                        },
                        (item, error) -> failures.add(item))
                .run(ITEMS);
        assertThat(most.get()).isBetween(1, 4);
        assertThat(failures).isEmpty();
    }

    @Test
    void run_interrupted_saysHowFarItCame() {
        List<CompletableFuture<Long>> started = new ArrayList<>();
        Thread test = Thread.currentThread();
        Transfers.Result result = new Transfers<Integer>(
                        4,
                        false,
                        item -> {
                            CompletableFuture<Long> future = new CompletableFuture<>();
                            started.add(future);
                            if (started.size() == 3) {
                                started.get(0).complete(7L);
                                test.interrupt();
                            }
                            return future;
                        },
                        (item, error) -> failures.add(item))
                .run(ITEMS);
        assertThat(result).isEqualTo(new Transfers.Result(1, 7, 0, 97, true));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        started.get(1).completeExceptionally(new IllegalStateException("closed"));
        assertThat(failures).as("told after the end").isEmpty();
    }

    private Transfers<Integer> transfers(boolean failFast, int failing) {
        return new Transfers<>(
                4,
                failFast,
                item -> item == failing
                        ? CompletableFuture.failedFuture(new IllegalStateException("no " + item))
                        : CompletableFuture.supplyAsync(() -> 10L),
                (item, error) -> failures.add(item));
    }
}
