package org.dfile.replication.simulation;

import java.util.Set;
import java.util.TreeSet;

/** Carries packets between hosts and clients: late, twice, in any order, or not at all. */
final class SimNetwork {

    private static final int LATEST_MICROS = 2_000_000;

    private final Simulation world;
    private final Set<String> cut = new TreeSet<>();
    private boolean calm;
    private Gate gate = (from, to, packet) -> false;

    /** What a script does with a packet. */
    interface Gate {
        /** Returns whether the packet is taken out of the network. */
        boolean takes(String from, String to, Packet packet);
    }

    SimNetwork(Simulation world) {
        this.world = world;
    }

    /** From now on every packet is shown to a script first. */
    void through(Gate script) {
        gate = script;
    }

    void send(String from, String to, Packet packet) {
        if (gate.takes(from, to, packet)) {
            return;
        }
        if (from.equals(to)) {
            world.agenda.after(1, () -> world.deliver(from, to, packet));
            return;
        }
        if (!calm && (cut.contains(link(from, to)) || world.random.nextDouble() < world.dangers.loss())) {
            world.counts.add(Counts.Of.LOST);
            return;
        }
        carry(from, to, packet);
        if (!calm && world.random.nextDouble() < world.dangers.duplication()) {
            world.counts.add(Counts.Of.DUPLICATED);
            carry(from, to, packet);
        }
    }

    private void carry(String from, String to, Packet packet) {
        boolean mayBeLate = !(packet instanceof Packet.Request && world.dangers.purges()); // see Purging
        world.agenda.after(delay(mayBeLate), () -> world.deliver(from, to, packet));
    }

    private long delay(boolean mayBeLate) {
        int mean = calm ? 300 : world.dangers.delay();
        if (!calm && mayBeLate && world.random.nextDouble() < world.dangers.lateness()) {
            world.counts.add(Counts.Of.LATE);
            return world.random.nextInt(LATEST_MICROS);
        }
        return 50 + (long) (-mean * Math.log(1 - world.random.nextDouble()));
    }

    private static String link(String from, String to) {
        return from + ">" + to;
    }

    /** Nothing gets through from one to the other; the other way round it does. */
    void cut(String from, String to) {
        cut.add(link(from, to));
    }

    void heal(String from, String to) {
        cut.remove(link(from, to));
    }

    /** From now on nothing is lost any more. What is late is still on its way. */
    void calm() {
        calm = true;
        cut.clear();
    }
}
