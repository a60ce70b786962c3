package org.dfile.replication.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.replica.SlotMessage;
import org.dfile.model.replica.StateId;
import org.dfile.replication.Rejoin;
import org.dfile.replication.ReplicaSet;
import org.jspecify.annotations.Nullable;

/** How an amnesiac host gets its vote back (I10), wired as a node does it. */
final class Rejoining {

    private static final int PAGE_ENTRIES = 1;

    private final HostProcess process;
    private final Simulation world;
    private @Nullable Rejoin rejoin;
    private Set<HostId> givenUp = Set.of();

    Rejoining(HostProcess process) {
        this.process = process;
        this.world = process.world;
    }

    /** The operator accepts that what only these hosts knew is lost. */
    void giveUp(Set<HostId> hosts) {
        givenUp = hosts;
        rejoin = null;
    }

    void tick() {
        if (!process.host.isAmnesiac() || process.replicas.others().isEmpty()) {
            return;
        }
        Rejoin current = rejoin;
        if (current == null) {
            current = givenUp.isEmpty()
                    ? new Rejoin(replicas(), process.newBallot())
                    : Rejoin.acceptingLoss(replicas(), process.newBallot(), givenUp);
            rejoin = current;
            process.perform(process.slot.heardOf(current.ballot()));
            world.counts.add(Counts.Of.REJOINS_BEGUN);
        }
        perform(current.resend());
    }

    private ReplicaSet replicas() {
        List<HostId> hosts = new ArrayList<>(process.replicas.hosts());
        if (world.isBroken(Breakage.REJOIN_WITH_ONE_OTHER)) {
            hosts = List.of(process.id(), process.replicas.others().get(0));
        }
        return new ReplicaSet(process.id(), hosts);
    }

    void on(HostId from, SlotMessage message) {
        Rejoin current = rejoin;
        if (current == null) {
            return;
        }
        if (message instanceof SlotMessage.Promise promise) {
            perform(current.onPromise(from, promise.ballot()));
        } else if (message instanceof SlotMessage.Refused refused
                && refused.ballot().equals(current.ballot())) {
            perform(
                    world.isBroken(Breakage.REJOIN_TAKES_ANY_REFUSAL)
                            ? current.onPromise(from, current.ballot())
                            : current.onRefused(from, refused.promised()));
        }
    }

    void on(HostId from, Packet.PageSent sent) {
        Rejoin current = rejoin;
        if (current != null) {
            perform(current.onPage(from, sent.ballot(), sent.after(), sent.page()));
        }
    }

    /** Another host rejoins: it gets the records that were on disk after the promise was. */
    void pageWanted(HostId from, Packet.PageWanted wanted) {
        SimDisk.Contents contents = process.host.disk.durable();
        Ballot ballot = wanted.ballot();
        boolean promised =
                contents.promised().isPresent() && contents.promised().get().compareTo(ballot) >= 0;
        if (process.host.isAmnesiac() || !(promised || world.isBroken(Breakage.REJOIN_WITHOUT_BALLOT))) {
            return;
        }
        List<Rejoin.Entry> entries = new ArrayList<>();
        new TreeMap<>(contents.files()).forEach((name, record) -> {
            if (wanted.after().isEmpty() || name.compareTo(wanted.after().get()) > 0) {
                entries.add(new Rejoin.Entry(
                        name, record.holding().committed(), record.pending().map(SimDisk.PendingBatch::pending)));
            }
        });
        boolean more = entries.size() > PAGE_ENTRIES;
        List<Rejoin.Entry> page = more ? entries.subList(0, PAGE_ENTRIES) : entries;
        process.send(from, new Packet.PageSent(ballot, wanted.after(), new Rejoin.Page(page, more, contents.floor())));
    }

    private void perform(List<Rejoin.Effect> effects) {
        for (Rejoin.Effect effect : effects) {
            process.work(() -> perform(effect));
        }
    }

    private void perform(Rejoin.Effect effect) {
        world.trace(() -> process.id() + " rejoins: " + effect);
        if (effect instanceof Rejoin.Effect.Prepare prepare) {
            if (world.isBroken(Breakage.REJOIN_WITHOUT_BALLOT)) {
                on(prepare.to(), new SlotMessage.Promise(prepare.ballot()));
            } else {
                process.send(prepare.to(), new Packet.OfSlot(new SlotMessage.Prepare(prepare.ballot())));
            }
        } else if (effect instanceof Rejoin.Effect.FetchPage fetch) {
            process.send(fetch.from(), new Packet.PageWanted(fetch.ballot(), fetch.after()));
        } else if (effect instanceof Rejoin.Effect.Restore restore) {
            restore(restore);
        } else if (effect instanceof Rejoin.Effect.Complete complete) {
            process.host.disk.complete(complete.ballot(), complete.floor(), process.here(this::complete));
        } else if (effect instanceof Rejoin.Effect.Outvoted outvoted) {
            process.perform(process.slot.heardOf(outvoted.by()));
            again();
        } else {
            throw new Violation(Violation.Rule.DIVERGENCE, process.id() + " rejoins: " + effect);
        }
    }

    private void again() {
        Rejoin current = rejoin;
        if (current != null) {
            Ballot higher = process.newBallot();
            process.perform(process.slot.heardOf(higher));
            perform(current.again(higher));
        }
    }

    private void restore(Rejoin.Effect.Restore restore) {
        FileName name = restore.name();
        if (process.host.votes() && process.host.votes(name)) {
            restored(name); // only another file of the slot was lost
        } else if (restore.base().id().equals(StateId.NONE)) {
            restorePending(restore, SimDisk.Holding.NONE);
        } else {
            process.fetches.state(restore.holder(), name, restore.base().id(), state -> {
                if (state.isPresent()) {
                    restorePending(restore, state.get());
                } else {
                    retry(restore);
                }
            });
        }
    }

    private void restorePending(Rejoin.Effect.Restore restore, SimDisk.Holding state) {
        boolean needed = restore.found().isPresent()
                && state.committed().id().equals(restore.base().id())
                && !world.isBroken(Breakage.REJOIN_WITHOUT_PENDING);
        if (!needed) {
            write(restore, state, Optional.empty());
            return;
        }
        StateId found = restore.found().orElseThrow().id();
        process.fetches.batch(restore.finder().orElseThrow(), restore.name(), found, batch -> {
            if (batch.isPresent()) {
                write(restore, state, batch);
            } else {
                retry(restore);
            }
        });
    }

    private void retry(Rejoin.Effect.Restore restore) {
        Rejoin current = rejoin;
        if (current != null) {
            world.counts.add(Counts.Of.REJOINS_RETRIED);
            perform(current.notRestored(restore.name()));
        }
    }

    private void write(Rejoin.Effect.Restore restore, SimDisk.Holding state, Optional<Batch> batch) {
        Optional<SimDisk.PendingBatch> pending =
                batch.map(bytes -> new SimDisk.PendingBatch(restore.found().orElseThrow(), bytes));
        process.host.disk.restore(restore.name(), state, pending, process.here(() -> restored(restore.name())));
    }

    private void restored(FileName name) {
        Rejoin current = rejoin;
        if (current != null) {
            perform(current.restored(name));
        }
    }

    private void complete() {
        rejoin = null;
        world.counts.add(Counts.Of.REJOINED);
        List<FileName> lost =
                world.names.stream().filter(name -> !process.host.votes(name)).toList();
        process.host.rejoined();
        process.reopen(lost);
    }
}
