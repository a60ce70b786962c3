package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.dfile.replication.SmallWorld.Budget;
import org.junit.jupiter.api.Test;

/** Every order of every step of small worlds: three hosts, two of which clients ask, one file. */
final class ExhaustiveSearchTest {

    private static final long LIMIT = 3_000_000;
    private static final int MAJORITY = 2;
    private static final long LEAST_STATES = 1_000_000;

    /** One request that is sent again at another host, and what may happen beside it. */
    private static final List<Budget> BUDGETS =
            List.of(new Budget(1, 1, 1, 1, 0), new Budget(1, 0, 1, 1, 1), new Budget(2, 0, 0, 0, 0));

    @Test
    void everyOrder_ofCoordinatorsRetriesAndFaults_keepsEveryRule() {
        long states = 0;
        for (Budget budget : BUDGETS) {
            ExhaustiveSearch.Result all =
                    new ExhaustiveSearch(LIMIT, false).run(new SmallWorld(List.of("x", "x"), budget, MAJORITY));
            System.out.printf("exhaustive search of %s: %,d distinct states%n", budget, all.states());
            assertThat(all.complete())
                    .as("all states of %s were visited", budget)
                    .isTrue();
            states += all.states();
        }
        System.out.printf("exhaustive search: %,d distinct states%n", states);

        assertThat(states).isGreaterThanOrEqualTo(LEAST_STATES);
    }

    @Test
    void quorumOfOne_isFound() {
        ExhaustiveSearch search = new ExhaustiveSearch(LIMIT, true);
        SmallWorld world = new SmallWorld(List.of("x", "xy"), new Budget(2, 1, 1, 1, 1), 1);

        SmallWorld.Violation found = catchThrowableOfType(SmallWorld.Violation.class, () -> search.run(world));

        System.out.printf("a quorum of one is noticed at state %,d: %s%n", search.states(), found.getMessage());
        assertThat(found).hasMessageContaining("was acknowledged");
    }
}
