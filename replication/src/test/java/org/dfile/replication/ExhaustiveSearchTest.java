package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Every order of every step of small worlds. */
final class ExhaustiveSearchTest {

    private static final long LIMIT = 20_000_000;

    @Test
    void everyOrder_ofTwoCoordinatorsAndFaults_keepsEveryRule() {
        ExhaustiveSearch.Result all =
                new ExhaustiveSearch(LIMIT).run(new SmallWorld(new SmallWorld.Budget(2, 1, 1, 1, 1), 2));
        System.out.printf("exhaustive search: %,d distinct states, %,d steps%n", all.states(), all.steps());

        assertThat(all.complete()).as("all states were visited").isTrue();
        assertThat(all.states()).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    void quorumOfOne_isFound() {
        ExhaustiveSearch search = new ExhaustiveSearch(LIMIT);

        assertThatThrownBy(() -> search.run(new SmallWorld(new SmallWorld.Budget(2, 1, 1, 1, 1), 1)))
                .isInstanceOf(SmallWorld.Violation.class);
        System.out.printf("a quorum of one is noticed within %,d states%n", search.states());
    }
}
