package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dfile.cluster.ForkedNode;
import org.dfile.cluster.thrash.FaultyNetwork.Passage;

/**
 * Makes faults, one phase after the other: each breaks a minority of the nodes, or all of them at once for a moment, holds
 * that, and undoes it. In every phase somebody must be served.
 */
final class Nemesis {

    private static final int LEAST_MILLIS = 1_500;
    private static final int MOST_MILLIS = 5_000;
    private static final int CALM_MILLIS = 1_500;

    private final ThrashedCluster cluster;
    private final Random random;
    private final Tally tally;
    private final List<Fault> plan = new ArrayList<>();

    Nemesis(ThrashedCluster cluster, Random random, Tally tally) {
        this.cluster = cluster;
        this.random = random;
        this.tally = tally;
    }

    /** Breaks and mends until the time is over. Every fault comes once before one comes again. */
    void thrash(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            tally.failOnSurprise();
            phase();
        }
    }

    private void phase() {
        Fault fault = nextFault();
        if (fault == Fault.ALL_DOWN) {
            allDown();
            return;
        }
        long before = tally.acknowledged();
        List<Integer> victims = new ArrayList<>(cluster.indexes());
        Collections.shuffle(victims, random);
        List<Broken> broken = new ArrayList<>();
        int most = (cluster.size() - 1) / 2;
        for (int victim : victims.subList(0, 1 + random.nextInt(most))) {
            broken.add(strike(broken.isEmpty() ? fault : nextLesser(), victim));
        }
        Rest.millis(LEAST_MILLIS + random.nextInt(MOST_MILLIS - LEAST_MILLIS));
        Collections.reverse(broken); // a lost disk comes first and is replaced with the help of the others
        broken.forEach(Broken::mend);
        Rest.millis(CALM_MILLIS);
        assertThat(tally.acknowledged() - before)
                .as("calls acknowledged in a phase of %s", broken)
                .isPositive();
    }

    private Fault nextFault() {
        if (plan.isEmpty()) {
            for (Fault fault : Fault.values()) {
                if (cluster.disk(0).isReal() || !fault.needsRealDisk()) {
                    plan.add(fault);
                }
            }
            Collections.shuffle(plan, random);
        }
        return plan.remove(plan.size() - 1);
    }

    /** A second fault at the same time. */
    private Fault nextLesser() {
        Fault fault = nextFault();
        return fault.comesAlone() ? Fault.KILL : fault;
    }

    /** A fault under way, and what ends it. */
    private record Broken(Fault fault, int victim, Runnable end) {
        void mend() {
            end.run();
        }

        @Override
        public String toString() {
            return fault + " of n" + (victim + 1);
        }
    }

    private Broken strike(Fault fault, int victim) {
        tally.fault(fault);
        System.out.println("  " + fault + " of n" + (victim + 1));
        ForkedNode node = cluster.node(victim);
        return new Broken(
                fault,
                victim,
                switch (fault) {
                    case KILL -> {
                        node.kill();
                        yield () -> cluster.restart(List.of(victim));
                    }
                    case STOP -> {
                        assertThat(node.terminate())
                                .as("exit code of a node told to stop; its log: %s", node.log())
                                .isZero();
                        yield () -> cluster.restart(List.of(victim));
                    }
                    case PAUSE -> {
                        node.pause();
                        yield node::resume;
                    }
                    case CUT_FROM_NODES -> cut(both(victim));
                    case CUT_FROM_ALL ->
                        cut(Stream.concat(both(victim), Stream.of(new Way(FaultyNetwork.CLIENTS, victim))));
                    case CUT_PAIR ->
                        cutPair(victim, (victim + 1 + random.nextInt(cluster.size() - 1)) % cluster.size());
                    case MUTE -> cut(fromNodes(victim));
                    case DEAF -> cut(toNodes(victim));
                    case DISK_FULL -> {
                        cluster.disk(victim).fill();
                        yield cluster.disk(victim)::free;
                    }
                    case POWER_LOSS -> {
                        cluster.disk(victim).cutPower();
                        node.kill();
                        cluster.disk(victim).restorePower();
                        yield () -> cluster.restart(List.of(victim));
                    }
                    case DISK_LOST -> {
                        node.kill();
                        cluster.disk(victim).wipe();
                        yield () -> LostDisk.replace(cluster, victim);
                    }
                    case ALL_DOWN -> throw new AssertionError("is a phase of its own");
                });
    }

    /** Everybody dies at once. */
    private void allDown() {
        tally.fault(Fault.ALL_DOWN);
        System.out.println("  " + Fault.ALL_DOWN);
        cluster.indexes().forEach(index -> cluster.node(index).kill());
        tally.forgiveStalls();
        cluster.restart(cluster.indexes());
        long before = tally.acknowledged();
        Rest.millis(CALM_MILLIS);
        await("calls acknowledged after all nodes were down")
                .atMost(ThrasherTest.CLEAN_WITHIN)
                .until(() -> tally.acknowledged() > before);
        tally.forgiveStalls();
    }

    // -- the network

    /** From one node to another, or from {@link FaultyNetwork#CLIENTS}. */
    private record Way(int from, int to) {}

    private Stream<Way> fromNodes(int victim) {
        return others(victim).map(other -> new Way(victim, other));
    }

    private Stream<Way> toNodes(int victim) {
        return others(victim).map(other -> new Way(other, victim));
    }

    private Stream<Way> both(int victim) {
        return Stream.concat(fromNodes(victim), toNodes(victim));
    }

    private Stream<Integer> others(int victim) {
        return cluster.indexes().stream().filter(other -> other != victim);
    }

    private Runnable cutPair(int one, int other) {
        return cut(Stream.of(new Way(one, other), new Way(other, one)));
    }

    /** Bytes under way are lost, or come late: a cable is cut, or a router has a long queue. */
    private Runnable cut(Stream<Way> all) {
        Passage passage = random.nextBoolean() ? Passage.LOST : Passage.HELD;
        List<Way> ways = all.toList();
        ways.forEach(way -> cluster.network().set(way.from, way.to, passage));
        return () -> ways.forEach(way -> cluster.network().set(way.from, way.to, Passage.OPEN));
    }
}
