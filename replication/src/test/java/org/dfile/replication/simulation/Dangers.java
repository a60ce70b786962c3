package org.dfile.replication.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How a run is: drawn from its seed, so that runs differ much from each other. Times are virtual microseconds.
 *
 * @param hosts how many, all of them replicas of all files
 * @param files how many there are in the slot
 * @param clients how many
 * @param calls of all clients together while faults happen
 * @param loss probability that a message is lost
 * @param duplication probability that a message arrives twice
 * @param lateness probability that a message arrives very late
 * @param delay mean of the time that a message takes
 * @param pauseBetweenFaults mean time between two faults
 * @param patience mean time that a client waits for one host
 * @param thinking mean time between two calls of a client
 * @param sessions that a file remembers
 * @param faults which faults happen
 * @param purges whether tombstones go
 */
record Dangers(
        int hosts,
        int files,
        int clients,
        int calls,
        double loss,
        double duplication,
        double lateness,
        int delay,
        int pauseBetweenFaults,
        int patience,
        int thinking,
        int sessions,
        List<Nemesis.Fault> faults,
        boolean purges) {

    private static final int FOR_EVER_MICROS = 100_000_000;

    /** Nothing goes wrong of itself, nobody calls, and clients wait for ever: for scripts. */
    static Dangers none(int hosts) {
        return new Dangers(
                hosts, 1, 4, 0, 0, 0, 0, 300, Integer.MAX_VALUE / 4, FOR_EVER_MICROS, 1_000, 6, List.of(), false);
    }

    static Dangers draw(Random random) {
        int dice = random.nextInt(20);
        int hosts = dice < 15 ? 3 : dice < 18 ? 5 : dice == 18 ? 2 : 1;
        List<Nemesis.Fault> faults = new ArrayList<>();
        for (Nemesis.Fault fault : Nemesis.Fault.values()) {
            if (random.nextInt(3) > 0) {
                faults.add(fault);
            }
        }
        boolean purges = random.nextInt(5) == 0;
        return new Dangers(
                hosts,
                !purges && random.nextInt(3) == 0 ? 2 : 1, // the floor of a slot concerns all its files
                3 + random.nextInt(3),
                80 + random.nextInt(120),
                random.nextInt(3) == 0 ? 0 : random.nextInt(31) / 100.0,
                random.nextInt(2) == 0 ? 0 : random.nextInt(25) / 100.0,
                random.nextInt(2) == 0 ? 0 : random.nextInt(8) / 100.0,
                200 + random.nextInt(3_000),
                60_000 + random.nextInt(400_000),
                30_000 + random.nextInt(120_000),
                1_000 + random.nextInt(30_000),
                random.nextInt(3) == 0 ? 2 : 6,
                List.copyOf(faults),
                purges);
    }
}
