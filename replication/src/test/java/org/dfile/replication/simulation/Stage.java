package org.dfile.replication.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.FileName;
import org.dfile.model.replica.Committed;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/**
 * Where a story is played that a simulation would rarely tell: hosts 1, 2, ... with one file, clients 1 to 4, and a network
 * that loses or keeps back what the story says. Hosts lead when told to. All checks of the simulator hold all the time.
 */
final class Stage {

    private static final long MOST_STEPS = 50_000;
    private static final long WHILE_MICROS = 60_000;

    /** A packet on its way. */
    record Sent(String from, String to, Packet packet) {

        boolean isTo(int host) {
            return to.equals("h" + host);
        }

        boolean isFrom(int host) {
            return from.equals("h" + host);
        }

        /** Whether it is, or carries, a message of a kind. */
        boolean is(Class<?> kind) {
            Object content = packet instanceof Packet.OfFile ofFile
                    ? ofFile.message()
                    : packet instanceof Packet.OfSlot ofSlot ? ofSlot.message() : packet;
            return kind.isInstance(content);
        }
    }

    final Simulation world;
    final FileName name;
    private final List<Predicate<Sent>> lost = new ArrayList<>();
    private final List<Kept> kept = new ArrayList<>();

    /** Packets that are kept back. */
    final class Kept {
        private final Predicate<Sent> which;
        private final List<Sent> packets = new ArrayList<>();
        private boolean open = true;

        private Kept(Predicate<Sent> which) {
            this.which = which;
        }

        int count() {
            return packets.size();
        }

        /** Lets them arrive now, and keeps no more. */
        void release() {
            open = false;
            packets.forEach(sent -> world.deliver(sent.from, sent.to, sent.packet));
            packets.clear();
        }
    }

    Stage(int hosts, Breakage... broken) {
        world = Simulation.scripted(hosts, Set.of(broken));
        name = world.names.get(0);
        world.network.through(this::takes);
        world.hosts.forEach(SimHost::boot);
    }

    private boolean takes(String from, String to, Packet packet) {
        Sent sent = new Sent(from, to, packet);
        for (Kept keeper : kept) {
            if (keeper.open && keeper.which.test(sent)) {
                keeper.packets.add(sent);
                return true;
            }
        }
        return lost.stream().anyMatch(which -> which.test(sent));
    }

    // -- what the story says

    SimHost host(int number) {
        return world.hosts.get(number - 1);
    }

    HostProcess process(int number) {
        return Objects.requireNonNull(host(number).process(), () -> number + " is down");
    }

    void lose(Predicate<Sent> which) {
        lost.add(which);
    }

    void loseNothing() {
        lost.clear();
    }

    Kept keep(Predicate<Sent> which) {
        Kept keeper = new Kept(which);
        kept.add(keeper);
        return keeper;
    }

    void cut(int one, int other) {
        lose(sent -> (sent.isFrom(one) && sent.isTo(other)) || (sent.isFrom(other) && sent.isTo(one)));
    }

    void isolate(int host) {
        lose(sent -> sent.from.startsWith("h") && sent.to.startsWith("h") && (sent.isFrom(host) || sent.isTo(host)));
    }

    /** A host takes a new ballot and gets it. */
    void lead(int host) {
        process(host).work(process(host).leadership::leadNow);
        until(() -> process(host).leadership.isLed());
    }

    /** A host takes a new ballot; the story goes on whether it gets it or not. */
    void tryToLead(int host) {
        process(host).work(process(host).leadership::leadNow);
    }

    void append(int client, int host, String text) {
        world.client(client).call(host, new Change.Append(0, true, bytes(text)));
    }

    static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    void call(int client, int host, Change change) {
        world.client(client).call(host, change);
    }

    void read(int client, int host) {
        world.client(client).call(host, null);
    }

    /** The client's call is answered. */
    @Nullable
    Seen answered(int client) {
        until(() -> world.client(client).isIdle());
        return world.client(client).lastSeen();
    }

    @Nullable
    Seen appended(int client, int host, String text) {
        append(client, host, text);
        return answered(client);
    }

    /** Returns what a client reads at a host. */
    String reads(int client, int host) {
        read(client, host);
        return text(answered(client));
    }

    static String text(@Nullable Seen seen) {
        return seen instanceof Seen.Content content
                ? StandardCharsets.US_ASCII.decode(content.bytes().buffer()).toString()
                : String.valueOf(seen);
    }

    void until(BooleanSupplier condition) {
        long bound = world.agenda.steps() + MOST_STEPS;
        while (!condition.getAsBoolean()) {
            if (world.agenda.steps() > bound) {
                throw new AssertionError("it does not come to that: " + world);
            }
            world.agenda.step();
        }
    }

    /** Lets some time pass: whatever can happen has happened, and what was lost was sent again in vain. */
    void waitAWhile() {
        long end = world.agenda.now() + WHILE_MICROS;
        until(() -> world.agenda.now() >= end);
    }

    /** The leader has seen that all replicas hold the tombstone: all forget it. */
    void purge() {
        Committed tombstone = committed(1);
        for (SimHost host : world.hosts) {
            Committed own = host.disk.durable().file(name).holding().committed();
            if (!own.tombstone() || !own.id().equals(tombstone.id())) {
                throw new AssertionError(host.id + " does not hold " + tombstone + " but " + own);
            }
        }
        world.checks.purged(name);
        for (SimHost host : world.hosts) {
            HostProcess process = Objects.requireNonNull(host.process());
            process.work(() -> process.purge(name, tombstone.id()));
        }
        until(() -> world.hosts.stream()
                .allMatch(host -> host.disk.durable().file(name).equals(SimDisk.FileRecord.NONE)));
    }

    Committed committed(int host) {
        return host(host).disk.durable().file(name).holding().committed();
    }

    boolean hasPending(int host) {
        return host(host).disk.durable().file(name).pending().isPresent();
    }

    String content(int host) {
        byte[] content = host(host).disk.durable().file(name).holding().image().content();
        return new String(content, StandardCharsets.US_ASCII);
    }

    /** The story is over: all harm is undone, all must be answered, all replicas equal, and the history explained. */
    void end() {
        loseNothing();
        kept.forEach(Kept::release);
        world.rest();
    }
}
