package org.dfile.replication.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Does harm, as long as it may, and undoes each harm after a while. */
final class Nemesis {

    /** What can go wrong. */
    enum Fault {
        CRASH,
        POWER_FAILURE,
        PAUSE,
        ISOLATION,
        ONE_WAY,
        PARTIAL,
        SLOW_DISK,
        FULL_DISK,
        IO_ERROR,
        WIPE,
        ROT,
        SUSPICION
    }

    private final Simulation world;
    private final Random random;
    private final List<Fault> faults;
    private boolean over;

    Nemesis(Simulation world) {
        this.world = world;
        this.random = world.random;
        this.faults = world.dangers.faults();
    }

    void start() {
        world.agenda.after(random.nextInt(2 * world.dangers.pauseBetweenFaults()), () -> {
            if (!over) {
                if (!faults.isEmpty()) {
                    strike(faults.get(random.nextInt(faults.size())));
                }
                start();
            }
        });
    }

    /** Undoes all harm and does no more. */
    void stop() {
        over = true;
        world.network.calm();
        for (SimHost host : world.hosts) {
            host.disk.full = false;
            host.disk.failing = false;
            host.disk.slowness = 1;
            host.resume();
            host.boot();
        }
    }

    private SimHost victim() {
        return world.hosts.get(random.nextInt(world.hosts.size()));
    }

    private void later(Runnable undo) {
        int longest = random.nextInt(4) == 0 ? 1_000_000 : 200_000;
        world.agenda.after(1_000 + random.nextInt(longest), () -> {
            if (!over) {
                undo.run();
            }
        });
    }

    private void strike(Fault fault) {
        SimHost host = victim();
        switch (fault) {
            case CRASH -> down(host);
            case POWER_FAILURE -> {
                world.counts.add(Counts.Of.POWER_FAILURES);
                world.hosts.forEach(this::down);
            }
            case PAUSE -> {
                world.counts.add(Counts.Of.PAUSES);
                host.pause();
                later(host::resume);
            }
            case ISOLATION, ONE_WAY, PARTIAL -> part(fault, host);
            case SLOW_DISK -> {
                world.counts.add(Counts.Of.SLOW_DISKS);
                host.disk.slowness = 5 + random.nextInt(40);
                later(() -> host.disk.slowness = 1);
            }
            case FULL_DISK -> {
                world.counts.add(Counts.Of.FULL);
                host.disk.full = true;
                later(() -> host.disk.full = false);
            }
            case IO_ERROR -> {
                host.disk.failing = true;
                later(() -> {
                    host.disk.failing = false;
                    host.boot();
                });
            }
            case WIPE, ROT -> forget(fault, host);
            case SUSPICION -> suspect(host);
        }
    }

    private void down(SimHost host) {
        host.crash();
        later(host::boot);
    }

    /** The host takes the coordinator for dead. */
    private static void suspect(SimHost host) {
        HostProcess process = host.process();
        if (process != null) {
            host.run(process, process.leadership::leadNow);
        }
    }

    private void part(Fault fault, SimHost host) {
        List<SimHost> others = new ArrayList<>(world.hosts);
        others.remove(host);
        if (fault == Fault.PARTIAL && !others.isEmpty()) {
            others = List.of(others.get(random.nextInt(others.size())));
        }
        world.counts.add(Counts.Of.PARTITIONS);
        boolean out = fault != Fault.ONE_WAY || random.nextBoolean();
        boolean in = fault != Fault.ONE_WAY || !out;
        List<SimHost> cut = others;
        for (SimHost other : cut) {
            if (out) {
                world.network.cut(host.id.text(), other.id.text());
            }
            if (in) {
                world.network.cut(other.id.text(), host.id.text());
            }
        }
        later(() -> {
            for (SimHost other : cut) {
                world.network.heal(host.id.text(), other.id.text());
                world.network.heal(other.id.text(), host.id.text());
            }
        });
    }

    /** A disk forgets; while one has not rejoined no other does, for what both had could be lost. */
    private void forget(Fault fault, SimHost host) {
        if (world.hosts.size() == 1 || world.hosts.stream().anyMatch(SimHost::isAmnesiac)) {
            return;
        }
        if (fault == Fault.WIPE) {
            world.counts.add(Counts.Of.WIPES);
            host.wipe();
        } else {
            world.counts.add(Counts.Of.ROTTEN);
            if (random.nextBoolean()) {
                host.rotSlot();
            } else {
                host.rot(world.names.get(random.nextInt(world.names.size())));
            }
        }
        later(host::boot);
    }
}
