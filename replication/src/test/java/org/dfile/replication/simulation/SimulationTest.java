package org.dfile.replication.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Map;
import org.dfile.replication.simulation.Counts.Of;
import org.junit.jupiter.api.Test;

/** Many whole clusters under faults; every answer right, every invariant after every step, and an end in finite time. */
final class SimulationTest {

    private static final int SEEDS = 2_000;

    /** Least that 2,000 seeds must have seen of everything: a run in which little happens proves little. */
    private static final Map<Of, Long> LEAST = Map.ofEntries(
            Map.entry(Of.STEPS, 8_000_000L),
            Map.entry(Of.CALLS, 200_000L),
            Map.entry(Of.HISTORIES, 2_000L),
            Map.entry(Of.ACKNOWLEDGED, 100_000L),
            Map.entry(Of.READS, 60_000L),
            Map.entry(Of.LOST, 500_000L),
            Map.entry(Of.DUPLICATED, 150_000L),
            Map.entry(Of.LATE, 50_000L),
            Map.entry(Of.PARTITIONS, 5_000L),
            Map.entry(Of.CRASHES, 10_000L),
            Map.entry(Of.TORN, 400L),
            Map.entry(Of.POWER_FAILURES, 1_500L),
            Map.entry(Of.IO_ERRORS, 1_000L),
            Map.entry(Of.FULL, 1_500L),
            Map.entry(Of.PAUSES, 1_500L),
            Map.entry(Of.WIPES, 1_000L),
            Map.entry(Of.ROTTEN, 1_000L),
            Map.entry(Of.REJOINED, 1_500L),
            Map.entry(Of.CHOSEN, 80_000L),
            Map.entry(Of.TAKE_OVERS, 10_000L),
            Map.entry(Of.RE_PROPOSED, 8_000L),
            Map.entry(Of.STATES_SENT, 15_000L),
            Map.entry(Of.QUORUM_READS, 15_000L),
            Map.entry(Of.REMEMBERED, 20_000L),
            Map.entry(Of.SESSIONS_LOST, 8_000L),
            Map.entry(Of.FORWARDED, 80_000L),
            Map.entry(Of.PURGES, 50L));

    private static final double LEAST_OVERLAPPING_PERCENT = 20;
    private static final double LEAST_UNKNOWN_PERCENT = 5;

    @Test
    void clusters_underFaults_answerRightAndComeToRest() {
        Counts counts = Seeds.all(SEEDS);

        if (!Seeds.isReplay()) {
            LEAST.forEach((what, least) ->
                    assertThat(counts.of(what)).as("count of %s", what).isGreaterThanOrEqualTo(least));
            assertThat(counts.percent(Of.OVERLAPPING, Of.CALLS)).isGreaterThan(LEAST_OVERLAPPING_PERCENT);
            assertThat(counts.percent(Of.UNKNOWN, Of.CALLS)).isGreaterThan(LEAST_UNKNOWN_PERCENT);
        }
    }

    @Test
    void oneSeed_runTwice_isTheSameRun() {
        assumeFalse(Seeds.isReplay());
        for (long seed = 1; seed <= 20; seed++) {
            Simulation one = new Simulation(seed);
            Simulation other = new Simulation(seed);
            one.run();
            other.run();

            assertThat(other.agenda.digest()).isEqualTo(one.agenda.digest());
            assertThat(other.counts).hasToString(one.counts.toString());
        }
    }
}
