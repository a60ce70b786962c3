package org.dfile.replication.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.Committed;
import org.dfile.replication.Descriptions;
import org.dfile.replication.ReplicaSet;
import org.dfile.replication.history.Call;
import org.dfile.replication.history.Linearizability;
import org.dfile.replication.history.ModelFile;

/**
 * One run: first faults happen and every answer must be right, then faults stop and everything must be answered and all
 * replicas become equal within a bounded number of steps. All there is to chance comes out of the seed.
 */
final class Simulation {

    private static final boolean TRACE = Boolean.getBoolean("dfile.trace");
    /** So that neighbouring seeds have nothing in common. */
    private static final long SCRAMBLE = 0x9E3779B97F4A7C15L;

    private static final long SAFETY_MICROS = 20_000_000;
    private static final long CALM_STEPS = 120_000;

    final Agenda agenda = new Agenda();
    final Random random;
    final Dangers dangers;
    final Counts counts = new Counts();
    final List<FileName> names = new ArrayList<>();
    final List<SimHost> hosts = new ArrayList<>();
    final SimNetwork network;
    final Checks checks;
    private final Set<Breakage> broken;
    private final boolean clientsOnly;
    private final boolean isScripted;
    private final List<HostId> hostIds = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final Map<String, SimClient> clientsByName = new HashMap<>();
    private final Map<String, SimHost> hostsByName = new HashMap<>();
    private final Nemesis nemesis;
    final Purging purging;
    private int callsLeft;
    private boolean calm;
    private boolean elections;
    private long lastId;

    Simulation(long seed) {
        this(seed, Set.of(), false);
    }

    /** @param clientsOnly whether what no client can see is let pass */
    Simulation(long seed, Set<Breakage> broken, boolean clientsOnly) {
        this(new Random(seed * SCRAMBLE), Optional.empty(), broken, clientsOnly);
    }

    /** A run of which a script decides what happens. */
    static Simulation scripted(int hosts, Set<Breakage> broken) {
        return new Simulation(new Random(1), Optional.of(Dangers.none(hosts)), broken, false);
    }

    private Simulation(Random random, Optional<Dangers> script, Set<Breakage> broken, boolean clientsOnly) {
        this.random = random;
        this.dangers = script.orElseGet(() -> Dangers.draw(random));
        this.isScripted = script.isPresent();
        this.broken = broken;
        this.clientsOnly = clientsOnly;
        this.callsLeft = dangers.calls();
        for (int file = 1; file <= dangers.files(); file++) {
            names.add(FileName.of("file" + file));
        }
        this.network = new SimNetwork(this);
        this.checks = new Checks(this);
        for (int host = 1; host <= dangers.hosts(); host++) {
            hostIds.add(new HostId("h" + host));
        }
        for (HostId id : hostIds) {
            SimHost host = new SimHost(this, id);
            hosts.add(host);
            hostsByName.put(id.text(), host);
        }
        for (int number = 1; number <= dangers.clients(); number++) {
            SimClient client = new SimClient(this, number);
            clients.add(client);
            clientsByName.put(client.name(), client);
        }
        this.nemesis = new Nemesis(this);
        this.purging = new Purging(this, names.get(0));
        counts.cluster(dangers.hosts());
    }

    boolean isBroken(Breakage seam) {
        return broken.contains(seam);
    }

    boolean watchesClientsOnly() {
        return clientsOnly;
    }

    ReplicaSet replicas(HostId self) {
        int majority = isBroken(Breakage.QUORUM_OF_ONE) ? 1 : dangers.hosts() / 2 + 1;
        return new ReplicaSet(self, hostIds, majority);
    }

    /** Returns a number that rises from call to call. */
    long nextId() {
        return ++lastId;
    }

    /** Whether hosts lead when told to, and not else. */
    boolean leadsByScript() {
        return isScripted && !calm && !elections;
    }

    /** In a script: hosts lead when they think they should. */
    void allowElections() {
        elections = true;
    }

    SimClient client(int number) {
        return clients.get(number - 1);
    }

    boolean isCalm() {
        return calm;
    }

    /** Whether no client waits for anything of the file. */
    boolean isAnsweredAll(FileName name) {
        return clients.stream().noneMatch(client -> client.waitsFor(name));
    }

    boolean mayCall() {
        return callsLeft-- > 0;
    }

    /** Tells what happens, if asked to by {@code -Ddfile.trace=true}. */
    void trace(Supplier<String> line) {
        if (TRACE) {
            System.out.println(agenda.now() + " " + line.get());
        }
    }

    void deliver(String from, String to, Packet packet) {
        trace(() -> from + " > " + to + " " + packet);
        SimHost host = hostsByName.get(to);
        if (host != null) {
            host.deliver(from, packet);
        } else {
            Objects.requireNonNull(clientsByName.get(to)).on(packet);
        }
    }

    // -- the run

    void run() {
        hosts.forEach(SimHost::boot);
        clients.forEach(SimClient::think);
        nemesis.start();
        if (dangers.purges()) {
            purging.start();
        }
        while (agenda.now() < SAFETY_MICROS
                && !(callsLeft < 0 && clients.stream().allMatch(SimClient::isIdle))) {
            agenda.step();
        }
        rest();
    }

    /** Undoes all harm; then everything must be answered and become equal. */
    void rest() {
        calm = true;
        nemesis.stop();
        clients.forEach(SimClient::calm);
        long bound = agenda.steps() + CALM_STEPS;
        while (!hasConverged()) {
            for (int i = 0; i < 100; i++) {
                agenda.step();
            }
            if (agenda.steps() > bound) {
                throw new Violation(Violation.Rule.CONVERGENCE, "not at rest after " + CALM_STEPS + " steps: " + this);
            }
        }
        names.forEach(this::checkHistory);
        counts.add(Counts.Of.STEPS, agenda.steps());
    }

    private boolean hasConverged() {
        return clients.stream().allMatch(SimClient::isFinished)
                && names.stream().allMatch(this::areEqual);
    }

    private boolean areEqual(FileName name) {
        return hosts.stream()
                .allMatch(host -> !host.isAmnesiac()
                        && committed(host, name).id().equals(checks.head(name))
                        && host.disk.durable().file(name).pending().isEmpty());
    }

    private static Committed committed(SimHost host, FileName name) {
        return host.disk.durable().file(name).holding().committed();
    }

    private void checkHistory(FileName name) {
        List<Call> calls = new ArrayList<>();
        clients.forEach(client -> calls.addAll(client.history(name)));
        counts.add(Counts.Of.HISTORIES);
        counts.add(Counts.Of.OVERLAPPING, Linearizability.overlapping(calls));
        long end = Long.MAX_VALUE;
        List<Purging.Era> eras = purging.eras(name);
        for (int number = eras.size() - 1; number >= 0; number--) {
            Purging.Era era = eras.get(number);
            long until = end;
            checkHistory(
                    name,
                    era.start(),
                    calls.stream()
                            .filter(call -> call.invoked() >= era.begin() && call.invoked() < until)
                            .toList());
            end = era.begin();
        }
    }

    private static void checkHistory(FileName name, ModelFile start, List<Call> calls) {
        Linearizability.Verdict verdict = Linearizability.check(start, calls);
        if (verdict != Linearizability.Verdict.LINEARIZABLE) {
            throw new Violation(
                    Violation.Rule.LINEARIZABILITY,
                    name + " is " + verdict + ": " + Linearizability.explain(start, calls));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(dangers.toString());
        for (SimHost host : hosts) {
            text.append("\n  ")
                    .append(host.id)
                    .append(host.isAmnesiac() ? " amnesiac" : "")
                    .append(' ');
            text.append(host.isUp() ? "up " : "down ")
                    .append(host.disk.durable().promised());
            for (FileName name : names) {
                SimDisk.FileRecord record = host.disk.durable().file(name);
                text.append("\n    ")
                        .append(name)
                        .append(' ')
                        .append(record.holding().committed());
                text.append(' ').append(record.pending().map(SimDisk.PendingBatch::pending));
                HostProcess process = host.process();
                if (process != null) {
                    text.append("\n      ").append(Descriptions.of(process.slot));
                    text.append("\n      ")
                            .append(Descriptions.of(process.file(name).core()));
                }
            }
        }
        return text.toString();
    }
}
