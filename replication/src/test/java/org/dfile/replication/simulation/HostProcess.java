package org.dfile.replication.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.replication.ReplicaSet;
import org.dfile.replication.SlotCore;
import org.dfile.replication.SlotEffect;
import org.dfile.replication.SlotView;

/** One life of a host: the machines of a slot and its files, wired as a node wires them. */
final class HostProcess {

    private static final int TICK_MICROS = 20_000;

    final Simulation world;
    final SimHost host;
    final SlotCore slot;
    final Leadership leadership;
    final Fetches fetches;
    final QuorumReads quorumReads;
    final Rejoining rejoining;
    final ReplicaSet replicas;
    private final Life life;
    private final Map<FileName, SimFile> files = new TreeMap<>();
    private final Deque<Runnable> todo = new ArrayDeque<>();
    private boolean working;

    HostProcess(Simulation world, SimHost host, Life life) {
        this.world = world;
        this.host = host;
        this.life = life;
        this.replicas = world.replicas(host.id);
        this.slot = new SlotCore(replicas);
        this.leadership = new Leadership(this);
        this.fetches = new Fetches(this);
        this.quorumReads = new QuorumReads(this);
        this.rejoining = new Rejoining(this);
        reopen(world.names);
    }

    /** Opens files as they are on disk now. */
    void reopen(Collection<FileName> names) {
        for (FileName name : names) {
            SimFile before = files.put(name, new SimFile(this, name));
            if (before != null) {
                before.close();
            }
        }
    }

    void start() {
        leadership.start();
        tick();
    }

    HostId id() {
        return host.id;
    }

    SimFile file(FileName name) {
        SimFile file = files.get(name);
        if (file == null) {
            throw new AssertionError("no such file: " + name);
        }
        return file;
    }

    Iterable<SimFile> files() {
        return files.values();
    }

    SlotView slotView() {
        return view(host.votes());
    }

    SlotView view(FileName name) {
        return view(host.votes(name));
    }

    private SlotView view(boolean votes) {
        SimDisk.Contents ordered = host.disk.ordered();
        Optional<Ballot> promised = world.isBroken(Breakage.PROMISE_NOT_SYNCED)
                ? ordered.promised()
                : host.disk.durable().promised();
        return new SlotView(ordered.promised(), promised, host.disk.durable().floor(), votes);
    }

    // -- one thing after the other

    /** Does something, and all that follows from it, in order. */
    void work(Runnable action) {
        todo.add(action);
        if (working) {
            return;
        }
        working = true;
        try {
            while (!todo.isEmpty()) {
                todo.remove().run();
            }
        } finally {
            working = false;
        }
        world.checks.afterStep(host);
    }

    /** Does something later in this life. */
    void in(long micros, Runnable action) {
        world.agenda.after(micros, () -> host.run(this, action));
    }

    /** Lets what the disk says arrive in this life alone. */
    Runnable here(Runnable action) {
        return () -> host.run(this, action);
    }

    void send(HostId to, Packet packet) {
        world.network.send(host.id.text(), to.text(), packet);
    }

    void reply(String client, Packet packet) {
        world.network.send(host.id.text(), client, packet);
    }

    private void tick() {
        perform(slot.resend());
        for (SimFile file : files.values()) {
            file.tick();
        }
        leadership.consider();
        rejoining.tick();
        in(TICK_MICROS / 2 + world.random.nextInt(TICK_MICROS), this::tick);
    }

    // -- input

    void on(String from, Packet packet) {
        if (packet instanceof Packet.OfSlot ofSlot) {
            perform(slot.on(new HostId(from), ofSlot.message(), slotView()));
            rejoining.on(new HostId(from), ofSlot.message());
        } else if (packet instanceof Packet.PageWanted wanted) {
            rejoining.pageWanted(new HostId(from), wanted);
        } else if (packet instanceof Packet.PageSent sent) {
            rejoining.on(new HostId(from), sent);
        } else if (packet instanceof Packet.OfFile ofFile) {
            file(ofFile.name()).on(new HostId(from), ofFile);
        } else if (packet instanceof Packet.Heartbeat heartbeat) {
            leadership.heard(from, heartbeat);
        } else if (packet instanceof Packet.Request request) {
            file(request.name()).request(request);
        } else if (packet instanceof Packet.ReportWanted wanted) {
            reportTo(from, wanted);
        } else if (packet instanceof Packet.Reported reported) {
            quorumReads.on(new HostId(from), reported);
        } else {
            fetches.on(from, packet);
        }
    }

    /** All replicas have this tombstone: it goes, and the file is opened anew (I15). */
    void purge(FileName name, StateId tombstone) {
        host.disk.purge(name, tombstone, here(() -> reopen(List.of(name))));
    }

    private void reportTo(String from, Packet.ReportWanted wanted) {
        if (host.votes(wanted.name())) { // I9
            send(
                    new HostId(from),
                    new Packet.Reported(wanted.read(), file(wanted.name()).report()));
        }
    }

    // -- the slot

    Ballot newBallot() {
        Ballot ballot = new Ballot(slot.nextRound(slotView()), host.id, life);
        world.checks.newBallot(ballot, this);
        return ballot;
    }

    /** Begins to lead in a ballot that was never used (I1). */
    void lead() {
        if (!host.votes()) {
            return;
        }
        Ballot ballot = newBallot();
        for (SimFile file : files.values()) {
            file.resign();
        }
        perform(slot.lead(ballot, slotView()));
    }

    void perform(List<SlotEffect> effects) {
        for (SlotEffect effect : effects) {
            todo.add(() -> perform(effect));
        }
    }

    private void perform(SlotEffect effect) {
        if (effect instanceof SlotEffect.Send send) {
            SlotMessage message = send.message();
            world.checks.says(host, message);
            send(send.to(), new Packet.OfSlot(message));
        } else if (effect instanceof SlotEffect.Ask ask) {
            ask(ask);
        } else if (effect instanceof SlotEffect.PersistPromise promise) {
            persist(promise.ballot());
        } else if (effect instanceof SlotEffect.Leads leads) {
            world.checks.leads(leads.ballot(), this);
            leadership.leads();
            for (SimFile file : files.values()) {
                file.leads();
            }
        } else if (effect instanceof SlotEffect.Deposed deposed) {
            leadership.deposed();
            for (SimFile file : files.values()) {
                file.deposed(deposed.ballot());
            }
        } else if (effect instanceof SlotEffect.Confirmed confirmed) {
            confirmed.reads().forEach(read -> file(read.name()).confirmed(confirmed.ballot(), read.number()));
        } else {
            throw new AssertionError("an effect that is not performed: " + effect);
        }
    }

    /** Sometimes no more hosts than are needed, sometimes all, in a script always; the rest is asked when the core says so again. */
    private void ask(SlotEffect.Ask ask) {
        List<HostId> others = new ArrayList<>(ask.others());
        int first = others.size();
        if (!world.leadsByScript()) {
            Collections.shuffle(others, world.random);
            first = world.random.nextInt(ask.needed(), others.size() + 1);
        }
        others.subList(0, first).forEach(other -> perform(new SlotEffect.Send(other, ask.message())));
    }

    private void persist(Ballot ballot) {
        Runnable written = () -> perform(slot.promiseWritten(ballot, slotView()));
        if (world.isBroken(Breakage.PROMISE_NOT_SYNCED)) {
            host.disk.promise(ballot, () -> {});
            todo.add(written);
        } else {
            host.disk.promise(ballot, here(written));
        }
    }
}
