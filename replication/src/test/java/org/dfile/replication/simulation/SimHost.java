package org.dfile.replication.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.jspecify.annotations.Nullable;

/** A machine: a disk, and a process that may be running, hanging, or not there. */
final class SimHost {

    final HostId id;
    final SimDisk disk;
    private final Simulation world;
    private final Deque<Runnable> backlog = new ArrayDeque<>();
    private final Set<FileName> rotten = new TreeSet<>();
    private @Nullable HostProcess process;
    private boolean paused;
    private boolean amnesiac;

    SimHost(Simulation world, HostId id) {
        this.world = world;
        this.id = id;
        this.disk = new SimDisk(world);
        disk.failed = () -> {
            world.counts.add(Counts.Of.IO_ERRORS);
            crash();
        };
    }

    @Nullable
    HostProcess process() {
        return process;
    }

    boolean isUp() {
        return process != null;
    }

    boolean isAmnesiac() {
        return amnesiac || !rotten.isEmpty();
    }

    boolean mayLead() {
        return !isAmnesiac() && !disk.full;
    }

    boolean votes() {
        return !amnesiac;
    }

    boolean votes(FileName name) {
        return !amnesiac && !rotten.contains(name);
    }

    // -- faults

    void boot() {
        if (process == null) {
            world.trace(() -> id + " starts");
            process = new HostProcess(world, this, new Life(disk.listVersion(), disk.open()));
            process.start();
        }
    }

    void crash() {
        world.trace(() -> id + " crashes");
        if (process != null) {
            world.counts.add(Counts.Of.CRASHES);
            process = null;
        }
        paused = false;
        backlog.clear();
        disk.crash();
        world.checks.restarted(this);
    }

    void pause() {
        paused = process != null;
    }

    void resume() {
        paused = false;
        List<Runnable> late = new ArrayList<>(backlog);
        backlog.clear();
        late.forEach(Runnable::run);
    }

    /** The disk is gone, and an empty one is there (I9). */
    void wipe() {
        crash();
        world.trace(() -> id + " is wiped");
        disk.wipe();
        rotten.clear();
        amnesiac = !world.isBroken(Breakage.WIPED_ANSWERS_ABSENT);
        world.checks.wiped(id);
    }

    /** The record of a file does not match its checksum any more: found when it is opened next (I9). */
    void rot(FileName name) {
        crash();
        disk.lose(name);
        rotten.add(name);
    }

    /** The record of the slot does not match its checksum any more. */
    void rotSlot() {
        crash();
        disk.loseSlot();
        amnesiac = true;
        world.checks.wiped(id);
    }

    /** It has its vote back (I10). */
    void rejoined() {
        world.trace(() -> id + " has its vote back");
        amnesiac = false;
        rotten.clear();
        world.checks.rejoined(this);
    }

    // -- what happens to the process

    void deliver(String from, Packet packet) {
        HostProcess now = process;
        if (now != null) {
            run(now, () -> now.on(from, packet));
        }
    }

    /** Lets a life do something, unless it is over; later, if it hangs. */
    void run(HostProcess life, Runnable action) {
        if (process != life) {
            return;
        }
        if (paused) {
            backlog.add(() -> run(life, action));
        } else {
            life.work(action);
        }
    }
}
