package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Objects;
import java.util.Set;
import org.dfile.replication.simulation.Violation.Rule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks can go red: with one seam broken the same runs do. */
final class NegativeControlsTest {

    private static final int MOST_SEEDS = 2_000;

    @ParameterizedTest
    @CsvSource({
        "READ_UNCONFIRMED, READS",
        "SESSIONS_NOT_REPLICATED, EXACTLY_ONCE",
        "ACCEPT_BEFORE_DISK, CHOICE",
        "PROMISE_NOT_SYNCED, PROMISE",
        "WIPED_ANSWERS_ABSENT, READS",
        "QUORUM_OF_ONE, CHOICE",
        "PENDING_NOT_TOLD, CHOICE",
        "REPORT_WITHOUT_PENDING, READS",
        "LIFE_NOT_COUNTED, BALLOTS",
        "REJOIN_WITH_ONE_OTHER, CHOICE",
        "REJOIN_WITHOUT_PENDING, CHOICE",
        "REJOIN_TAKES_ANY_REFUSAL, CHOICE",
        "PURGE_WITHOUT_FLOOR, CHOICE"
    })
    void seam_broken_turnsItsCheckRed(Breakage broken, Rule rule) {
        assertRed(broken, false, rule);
    }

    /** What no client can see is let pass: what clients are told is enough to notice, though later. */
    @ParameterizedTest
    @CsvSource({
        "READ_UNCONFIRMED, READS",
        "SESSIONS_NOT_REPLICATED, LINEARIZABILITY",
        "ACCEPT_BEFORE_DISK, CONVERGENCE",
        "WIPED_ANSWERS_ABSENT, READS",
        "QUORUM_OF_ONE, DIVERGENCE"
    })
    void seam_brokenAndClientsAloneWatched_turnsTheirChecksRed(Breakage broken, Rule rule) {
        assertRed(broken, true, rule);
    }

    private static void assertRed(Breakage broken, boolean clientsOnly, Rule rule) {
        Seeds.Red red = Seeds.firstRed(broken, clientsOnly, MOST_SEEDS);

        assertThat(red)
                .as("a red check among %s seeds with %s", MOST_SEEDS, broken)
                .isNotNull();
        long seed = Objects.requireNonNull(red).seed();
        System.out.println(
                broken + " turns red at seed " + seed + ": " + red.violation().rule());
        assertThat(red.violation().rule()).isEqualTo(rule);
        Violation again = assertThrows(Violation.class, () -> new Simulation(seed, Set.of(broken), clientsOnly).run());
        assertThat(again).hasMessage(red.violation().getMessage());
        new Simulation(seed).run(); // the same run without the breakage is green
    }
}
