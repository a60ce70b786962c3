package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class ParallelTest {

    @Test
    void map_manyItems_givesResultsInOrder() {
        assertThat(Parallel.map(List.of(1, 2, 3), 2, item -> item * 10)).containsExactly(10, 20, 30);
        assertThat(Parallel.map(List.<Integer>of(), 2, item -> item)).isEmpty();
    }

    /** Whoever is told of the failure may go on at once: nothing is under way any more. */
    @Test
    void map_oneThrows_waitsForTheOthers() {
        CompletableFuture<Integer> late = new CompletableFuture<>();
        CompletableFuture<List<Integer>> all =
                CompletableFuture.supplyAsync(() -> Parallel.map(List.of(1, 2), 2, item -> {
                    if (item == 1) {
                        throw new IllegalStateException("host 1");
                    }
                    return late.join();
                }));
        Awaitility.await().during(Duration.ofMillis(200)).until(() -> !all.isDone());
        late.complete(2);
        assertThatThrownBy(all::join).hasRootCauseMessage("host 1");
    }
}
