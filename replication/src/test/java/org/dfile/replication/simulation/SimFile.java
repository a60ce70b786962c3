package org.dfile.replication.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.Pending;
import org.dfile.model.replica.StateId;
import org.dfile.replication.Effect;
import org.dfile.replication.FileCore;
import org.dfile.replication.FileWrite;
import org.dfile.replication.QuorumRead;
import org.dfile.replication.SlotEffect;
import org.dfile.replication.batch.FileImage;
import org.jspecify.annotations.Nullable;

/** One file in one life of a host: its machine, what waits for it, and the bytes that the machine knows by their ids. */
final class SimFile {

    private final HostProcess process;
    private final Simulation world;
    private final FileName name;
    private final FileCore core;
    private final Changes changes;
    private final Map<StateId, Batch> batches = new HashMap<>();
    private final Map<StateId, SimDisk.Holding> arrived = new HashMap<>();
    private final Map<Long, Packet.Request> reads = new TreeMap<>();
    private SimDisk.Holding holding;
    private long lastRead;
    private boolean closed;
    private FileMessage.@Nullable Accept proposedAgain;

    SimFile(HostProcess process, FileName name) {
        this.process = process;
        this.world = process.world;
        this.name = name;
        SimDisk.FileRecord record =
                process.host.votes(name) ? process.host.disk.durable().file(name) : SimDisk.FileRecord.NONE;
        this.holding = record.holding();
        this.core = new FileCore(
                process.replicas, holding.committed(), record.pending().map(SimDisk.PendingBatch::pending));
        record.pending().ifPresent(pending -> batches.put(pending.pending().id(), pending.batch()));
        this.changes = new Changes(process, this);
    }

    FileName name() {
        return name;
    }

    FileCore core() {
        return core;
    }

    FileImage image() {
        return holding.image();
    }

    // -- requests

    void request(Packet.Request request) {
        if (!process.host.votes(name)) {
            process.reply(request.client(), new Packet.Declined(request.call(), Optional.empty()));
        } else if (process.leadership.isLed()) {
            take(request);
        } else if (request.change() == null && world.random.nextInt(3) > 0) {
            process.quorumReads.begin(this, request);
        } else {
            lead(request);
        }
    }

    /** Has a request served by the coordinator, here or elsewhere. */
    void lead(Packet.Request request) {
        HostId hint = process.leadership.hint();
        if (process.leadership.isLed() || hint.equals(process.id()) || request.hops() > 1) {
            take(request);
        } else {
            world.counts.add(Counts.Of.FORWARDED);
            process.send(hint, request.forwarded());
        }
    }

    private void take(Packet.Request request) {
        if (request.change() == null) {
            reads.put(++lastRead, request);
            perform(core.read(lastRead));
        } else {
            changes.add(request);
        }
        leads();
        if (!process.leadership.isLed()) {
            process.leadership.consider();
        }
    }

    /** Whether it has nothing in hand that a client asked. */
    boolean hasNoRequests() {
        return reads.isEmpty() && changes.isEmpty();
    }

    boolean hasWork() {
        return !reads.isEmpty() || changes.isWaiting();
    }

    /** Returns since when the change that waits longest does. */
    long waitsSince() {
        return changes.waitsSince();
    }

    /** Hands on all that waits. */
    void forwardAll() {
        Map<Long, Packet.Request> open = new TreeMap<>(reads);
        open.forEach((read, request) -> {
            if (request.hops() < 2) {
                reads.remove(read);
                core.forget(read);
                lead(request);
            }
        });
        changes.forwardAll();
    }

    QuorumRead.Report report() {
        boolean pending = core.pending().isPresent() && !world.isBroken(Breakage.REPORT_WITHOUT_PENDING);
        return new QuorumRead.Report(core.committed().id(), pending);
    }

    boolean holds(StateId id) {
        return holding.committed().id().equals(id);
    }

    void answer(Packet.Request read) {
        world.checks.readAnswered(process.host, name, holding);
        process.reply(read.client(), new Packet.Read(read.call(), holding.image()));
    }

    // -- leading

    /**
     * The host leads the slot: the file is taken over if there is anything to do for it. Once faults have stopped each is, and
     * one whose tombstone ages, in place of the repair that compares replicas in the background.
     */
    void leads() {
        Optional<Ballot> ballot = process.slot.leads();
        if (ballot.isPresent()
                && core.coordinates().isEmpty()
                && (hasWork() || world.isCalm() || world.purging.isAgeing(name))) {
            perform(core.lead(ballot.get(), process.view(name)));
        }
    }

    void deposed(Ballot ballot) {
        if (core.coordinates().filter(ballot::equals).isPresent()) {
            resign();
        }
    }

    void resign() {
        core.resign();
        changes.resign();
    }

    void propose(StateId before, StateId id, Batch batch) {
        batches.put(id, batch);
        perform(core.propose(before, id, process.view(name)));
    }

    void confirmed(Ballot ballot, long read) {
        perform(core.confirmed(ballot, read));
    }

    void tick() {
        perform(core.resend(process.view(name)));
        changes.expire();
        leads();
    }

    // -- messages

    void on(HostId from, Packet.OfFile packet) {
        if (packet.message() instanceof FileMessage.Accept accept && packet.batch() != null) {
            batches.put(accept.id(), packet.batch());
        }
        perform(core.on(from, packet.message(), process.view(name)));
    }

    /** Another one takes its place. What it began ends unheard. */
    void close() {
        closed = true;
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            process.work(() -> {
                if (!closed) {
                    perform(effect);
                }
            });
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.Send send) {
            send(send);
        } else if (effect instanceof Effect.Persist persist) {
            persist(persist.write());
        } else if (effect instanceof Effect.FetchState fetch) {
            process.fetches.state(fetch.from(), name, fetch.id(), this::stateFetched);
        } else if (effect instanceof Effect.FetchBatch fetch) {
            process.fetches.batch(fetch.from(), name, fetch.id(), batch -> batchFetched(fetch.id(), batch));
        } else if (effect instanceof Effect.Ready ready) {
            changes.ready(ready);
        } else if (effect instanceof Effect.Chosen chosen) {
            world.checks.toldChosen(name, chosen.id());
            changes.chosen(chosen.id());
        } else if (effect instanceof Effect.Confirm confirm) {
            confirm(confirm);
        } else if (effect instanceof Effect.Answerable answerable) {
            Packet.Request read = reads.remove(answerable.read());
            if (read != null) {
                answer(read);
            }
        } else if (effect instanceof Effect.Deposed deposed) {
            deposed(deposed);
        } else if (effect instanceof Effect.PrepareAgain again) {
            process.perform(process.slot.prepareAgain(again.replica(), again.ballot()));
        } else if (effect instanceof Effect.Diverged diverged) {
            throw new Violation(Violation.Rule.DIVERGENCE, name + " on " + process.id() + ": " + diverged);
        } else {
            throw new AssertionError("an effect that is not performed: " + effect);
        }
    }

    private void confirm(Effect.Confirm confirm) {
        if (world.isBroken(Breakage.READ_UNCONFIRMED)) {
            confirmed(confirm.ballot(), confirm.read());
        } else {
            SlotEffect.Read read = new SlotEffect.Read(name, confirm.read());
            process.perform(process.slot.confirm(confirm.ballot(), read, process.slotView()));
        }
    }

    private void deposed(Effect.Deposed deposed) {
        resign();
        process.perform(process.slot.heardOf(deposed.by()));
        if (deposed.by().equals(deposed.ballot())) {
            process.leadership.leadNow();
        }
    }

    private void send(Effect.Send send) {
        FileMessage message = send.message();
        world.checks.says(process.host, name, message);
        if (message instanceof FileMessage.Answer answer && world.isBroken(Breakage.PENDING_NOT_TOLD)) {
            message = new FileMessage.Answer(
                    answer.ballot(), answer.round(), answer.committed(), Optional.<Pending>empty(), answer.floor());
        }
        Batch batch = null;
        if (message instanceof FileMessage.Accept accept) {
            batch = batch(accept.id());
            countProposedAgain(accept);
        }
        process.send(send.to(), new Packet.OfFile(name, message, batch));
    }

    private void countProposedAgain(FileMessage.Accept accept) {
        if (!changes.isOwn(accept.id()) && !accept.equals(proposedAgain)) {
            proposedAgain = accept;
            world.counts.add(Counts.Of.RE_PROPOSED);
        }
    }

    private Batch batch(StateId id) {
        return Objects.requireNonNull(batches.get(id), () -> "the batch is not here: " + id);
    }

    // -- disk and peers

    private void persist(FileWrite write) {
        world.trace(() -> process.id() + " writes " + name + " " + write);
        if (write instanceof FileWrite.Install install) {
            SimDisk.Holding state =
                    Objects.requireNonNull(arrived.get(install.state().id()));
            process.host.disk.install(
                    name,
                    state,
                    install.dropPending(),
                    ended -> process.here(() -> written(ended)).run());
            return;
        }
        Optional<Batch> batch =
                write instanceof FileWrite.Accept accept ? Optional.of(batch(accept.id())) : Optional.empty();
        if (world.isBroken(Breakage.ACCEPT_BEFORE_DISK)) {
            boolean[] told = {false};
            process.host.disk.write(name, write, batch, ended -> {
                if (!told[0]) {
                    process.here(() -> written(ended)).run();
                }
            });
            SimDisk.FileRecord now = process.host.disk.ordered().file(name);
            if (batch.isPresent()
                    && now.pending().filter(p -> p.batch().equals(batch.get())).isPresent()) {
                told[0] = true;
                process.work(() -> written(new SimDisk.Ended(
                        new org.dfile.replication.WriteResult.Written(
                                now.holding().committed(), now.pending().map(SimDisk.PendingBatch::pending)),
                        now)));
            }
            return;
        }
        process.host.disk.write(name, write, batch, ended -> {
            if (write instanceof FileWrite.Accept accept) {
                world.checks.accepted(process.host, name, accept, ended);
            }
            process.here(() -> written(ended)).run();
        });
    }

    private void written(SimDisk.Ended ended) {
        if (closed) {
            return;
        }
        world.trace(() -> process.id() + " has written " + name + " " + ended);
        holding = ended.file().holding();
        world.checks.holds(process.host, name, holding);
        StateId committed = holding.committed().id();
        perform(core.written(ended.result(), process.view(name)));
        batches.keySet().removeIf(id -> !id.isAbove(committed));
        arrived.keySet().removeIf(id -> !id.isAbove(committed));
    }

    private void stateFetched(Optional<SimDisk.Holding> state) {
        if (state.isPresent()) {
            arrived.put(state.get().committed().id(), state.get());
            perform(core.stateArrived(state.get().committed(), process.view(name)));
        } else {
            perform(core.stateNotFetched(process.view(name)));
        }
    }

    private void batchFetched(StateId id, Optional<Batch> batch) {
        if (batch.isPresent()) {
            batches.put(id, batch.get());
            perform(core.batchArrived(id, process.view(name)));
        } else {
            perform(core.batchNotFetched(process.view(name)));
        }
    }
}
