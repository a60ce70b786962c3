package org.dfile.replication.simulation;

import java.time.Duration;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs of the simulator, one seed after the other. {@code -Ddfile.seed=N} runs that one alone, {@code -Ddfile.minutes=N}
 * (profile {@code nightly}) goes on until the time is over. The first red check ends it and names its seed.
 */
final class Seeds {

    private Seeds() {}

    /** A seed with a red check. */
    record Red(long seed, Violation violation) {}

    /** Returns whether one seed alone is to be replayed. */
    static boolean isReplay() {
        return Long.getLong("dfile.seed") != null;
    }

    /** Runs seeds from a fresh start on, at least so many, and returns what has happened in all of them. */
    static Counts all(int normalCount) {
        long first = Long.getLong("dfile.seed", System.nanoTime());
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("dfile.minutes", 0)).toNanos();
        Counts counts = new Counts();
        long number = 0;
        while (number == 0 || (!isReplay() && (number < normalCount || System.nanoTime() < end))) {
            counts.add(run(first + number));
            number++;
        }
        System.out.println("simulated " + number + " seeds from " + first + " on: " + counts);
        return counts;
    }

    private static Counts run(long seed) {
        Simulation simulation = new Simulation(seed);
        try {
            simulation.run();
            return simulation.counts;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " is red, replay with -Ddfile.seed=" + seed + " -Ddfile.trace=true: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Returns the first red check with a seam broken, null if there is none among so many seeds. */
    static @Nullable Red firstRed(Breakage broken, boolean clientsOnly, int most) {
        return firstRed(seed -> new Simulation(seed, Set.of(broken), clientsOnly), most);
    }

    private static @Nullable Red firstRed(LongFunction<Simulation> simulations, int most) {
        for (long seed = 1; seed <= most; seed++) {
            try {
                simulations.apply(seed).run();
            } catch (Violation violation) {
                return new Red(seed, violation);
            }
        }
        return null;
    }
}
