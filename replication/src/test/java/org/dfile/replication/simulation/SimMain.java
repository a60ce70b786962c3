package org.dfile.replication.simulation;

import java.util.Set;

final class SimMain {
    public static void main(String[] args) {
        long from = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        Set<Breakage> broken = args.length > 2 ? Set.of(Breakage.valueOf(args[2])) : Set.of();
        Counts all = new Counts();
        long begun = System.nanoTime();
        for (long seed = from; seed < from + count; seed++) {
            Simulation run = new Simulation(seed, broken, Boolean.getBoolean("clients"));
            try {
                run.run();
            } catch (Throwable e) {
                System.out.println("seed " + seed + " " + e);
                if (count == 1) e.printStackTrace(System.out);
                else if (System.getProperty("all") == null) {
                    e.printStackTrace(System.out);
                    break;
                }
            }
            all.add(run.counts);
        }
        System.out.println(count + " seeds in " + (System.nanoTime() - begun) / 1_000_000 + " ms: " + all);
    }
}
