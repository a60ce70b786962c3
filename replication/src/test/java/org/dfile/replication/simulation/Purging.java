package org.dfile.replication.simulation;

import java.util.ArrayList;
import java.util.List;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;
import org.dfile.replication.history.ModelFile;

/**
 * Has the tombstone of a file purged now and then (I15). It goes when all replicas have it and what was asked of the file
 * before cannot come any more, as the age of tombstones sees to it; what hosts have said to each other still can. Until all
 * have forgotten it nobody asks anything of the file, so there is a clear before and after.
 */
final class Purging {

    private static final int LOOK_MICROS = 20_000;

    /** Longer than a request can be on its way: through three hosts, two of which hang. */
    private static final int AGE_MICROS = 2_600_000;

    /** If not all replicas come to hold it. */
    private static final int PATIENCE_MICROS = 6_000_000;

    private static final int MOST_PURGES = 3;

    /** From a moment on the file is another one. */
    record Era(long begin, ModelFile start) {}

    private enum Phase {
        OFF,
        AGEING,
        PURGING
    }

    private final Simulation world;
    private final FileName name;
    private final List<Era> eras = new ArrayList<>();
    private Phase phase = Phase.OFF;
    private StateId tombstone = StateId.NONE;
    private long restsSince;
    private long heldSince;
    private int purges;

    Purging(Simulation world, FileName name) {
        this.world = world;
        this.name = name;
        eras.add(new Era(0, ModelFile.NEW));
    }

    void start() {
        world.agenda.after(LOOK_MICROS, () -> {
            look();
            start();
        });
    }

    /** Whether nobody should ask anything of the file now. */
    boolean isResting(FileName file) {
        return phase != Phase.OFF && file.equals(name);
    }

    /** Whether replicas are to be brought together, so that all hold the tombstone. */
    boolean isAgeing(FileName file) {
        return phase == Phase.AGEING && file.equals(name);
    }

    /** Returns the times into which the calls of a file fall. */
    List<Era> eras(FileName file) {
        return file.equals(name) ? List.copyOf(eras) : eras.subList(0, 1);
    }

    private void look() {
        switch (phase) {
            case OFF -> rest();
            case AGEING -> age();
            case PURGING -> purge();
        }
    }

    private void rest() {
        StateId head = world.checks.head(name);
        if (purges < MOST_PURGES && !world.isCalm() && world.checks.isTombstone(name, head)) {
            phase = Phase.AGEING;
            tombstone = head;
            restsSince = world.agenda.now();
            heldSince = restsSince;
        }
    }

    private void age() {
        long now = world.agenda.now();
        boolean goesOn = !world.checks.head(name).equals(tombstone); // by something that was under way
        if (goesOn || world.isCalm() || now - restsSince > PATIENCE_MICROS) {
            phase = Phase.OFF;
        } else if (!world.isAnsweredAll(name)
                || !world.hosts.stream().allMatch(host -> holdsTombstone(host) && hasNoRequests(host))) {
            heldSince = now;
        } else if (now - heldSince > AGE_MICROS) {
            phase = Phase.PURGING;
            purges++;
            world.counts.add(Counts.Of.PURGES);
            world.checks.purged(name);
            eras.add(new Era(
                    world.nextId(), ModelFile.forgotten(tombstone.version().generation())));
            purge();
        }
    }

    private boolean holdsTombstone(SimHost host) {
        SimDisk.FileRecord record = host.disk.durable().file(name);
        Committed committed = record.holding().committed();
        return host.votes(name)
                && host.isUp()
                && committed.id().equals(tombstone)
                && record.pending().isEmpty();
    }

    private boolean hasNoRequests(SimHost host) {
        HostProcess process = host.process();
        return process == null || process.file(name).hasNoRequests();
    }

    /** Each host as soon as it can. */
    private void purge() {
        StateId old = tombstone;
        if (world.hosts.stream().allMatch(this::hasForgotten)) {
            phase = Phase.OFF;
            return;
        }
        for (SimHost host : world.hosts) {
            HostProcess process = host.process();
            if (process != null && holdsTombstone(host) && isQuiet(process)) {
                host.run(process, () -> process.purge(name, old));
            }
        }
    }

    /** With nothing under way that would bring it back. */
    private boolean hasForgotten(SimHost host) {
        HostProcess process = host.process();
        return host.votes(name)
                && process != null
                && isQuiet(process)
                && host.disk.durable().file(name).equals(SimDisk.FileRecord.NONE)
                && host.disk.ordered().file(name).equals(SimDisk.FileRecord.NONE);
    }

    private boolean isQuiet(HostProcess process) {
        return process.file(name).core().isQuiet();
    }
}
