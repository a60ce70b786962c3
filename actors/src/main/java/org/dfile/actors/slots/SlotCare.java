package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.dfile.actors.FileServerMessage;
import org.dfile.actors.transfer.SharedPace;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.SlotRequest;
import org.dfile.protocol.peer.FilePeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.protocol.peer.Tombstone;
import org.dfile.store.StoreException;

/**
 * What keeps the copies of the slots: votes that were lost come back, replicas are compared and brought together, what all
 * have deleted goes. Of the actor's thread.
 */
final class SlotCare implements SlotRejoins.Listener, Repairs.Listener, Sweeps.Listener {

    /** What the actor does for it. */
    interface Listener {

        /** The host has lost its vote on the slot, or has it again. */
        void voteChanged(KeptSlot kept);

        void tellFiles(NodeRequest message);
    }

    private final ActorContext<SlotRequest> context;
    private final SlotsNode node;
    private final List<KeptSlot> kept;
    private final SlotCores cores;
    private final SlotDisk disk;
    private final Peers peers;
    private final Listener listener;
    private final Pages pages;
    private final Restorer restorer;
    private final Leftovers leftovers;
    private final SlotRejoins rejoins;
    private final Repairs repairs;
    private final Sweeps sweeps;

    SlotCare(
            ActorContext<SlotRequest> context,
            SlotsNode node,
            SlotsSettings settings,
            SlotCores cores,
            SlotDisk disk,
            Outbox outbox,
            Peers peers,
            Listener listener,
            LongSupplier clock,
            RandomGenerator random) {
        this.context = context;
        this.node = node;
        this.kept = cores.all();
        this.cores = cores;
        this.disk = disk;
        this.peers = peers;
        this.listener = listener;
        SlotsSettings.Rejoining rejoining = settings.rejoining();
        Fetches fetches = new Fetches(context, node, new SharedPace(rejoining.bytesPerSecond(), System::nanoTime));
        this.pages = new Pages(node, settings, disk, cores, this::recordLost, this::trouble);
        this.restorer = new Restorer(node, disk, fetches, rejoining.maxFetches(), this::trouble);
        this.leftovers = new Leftovers(node, disk, settings.repair().pageEntries(), this::trouble);
        this.rejoins = new SlotRejoins(node, rejoining, cores, disk, outbox, restorer, leftovers, this, clock, random);
        this.repairs = new Repairs(node, settings.repair(), kept, cores, peers, pages, this, clock);
        this.sweeps = new Sweeps(node, settings, kept, disk, this, clock);
    }

    /** Begins; the slots without a vote rejoin. */
    void begin() {
        for (KeptSlot slot : kept) {
            if (!cores.view(slot.slot).votes()) {
                slot.votes = false;
                rejoins.add(slot);
            }
        }
    }

    void tick() {
        rejoins.tick();
        repairs.tick();
        sweeps.tick();
    }

    /** A host is heard of again, or for the first time. */
    void hostIsBack() {
        repairs.lookSoon();
    }

    // -- messages

    void on(HostId from, Slot slot, SlotMessage message) {
        rejoins.on(from, slot, message);
    }

    void on(SlotPeerMessage message) throws StoreException {
        if (message instanceof SlotPeerMessage.AskPage ask) {
            pages.onAskPage(ask);
        } else if (message instanceof SlotPeerMessage.AskDigests ask) {
            pages.onAskDigests(ask);
        } else if (message instanceof SlotPeerMessage.DigestMail mail) {
            repairs.on(mail);
        } else if (message instanceof SlotPeerMessage.Purge purge) {
            onPurge(purge);
        } else if (message instanceof SlotPeerMessage.PageMail mail) {
            if (mail.ballot().isPresent()) {
                rejoins.on(mail);
            } else {
                repairs.on(mail);
            }
        } else {
            throw new AssertionError("a message that is not handled: " + message);
        }
    }

    void reopened(SlotsMessage.Reopened reopened) {
        rejoins.reopened(reopened.slot());
    }

    void mended(SlotsMessage.Mended mended) {
        repairs.mended(mended.name());
    }

    // -- what was lost

    /** A record of a slot is damaged: the slot has no vote until it has it back. With one copy nobody could give it back. */
    @Override
    public void recordLost(FileName name) {
        KeptSlot slot = cores.kept(name.slot());
        if (slot != null && !slot.others.isEmpty() && slot.votes && !leftovers.isHopeless(name)) {
            slot.votes = false;
            trouble("the record of " + name + " is damaged; slot " + slot.slot + " gets it back from its other hosts");
            disk.run(() -> node.store().lose(slot.slot), lost -> hasNoVote(slot), error -> {
                slot.votes = true;
                trouble("giving up the vote on slot " + slot.slot + ": " + error);
            });
        }
    }

    private void hasNoVote(KeptSlot slot) {
        rejoins.add(slot);
        listener.voteChanged(slot);
    }

    @Override
    public void reopen(Slot slot) {
        listener.tellFiles(new FileServerMessage.Reopen(slot, context.getSelf().narrow()));
    }

    @Override
    public void rejoined(KeptSlot slot) {
        slot.votes = true;
        listener.voteChanged(slot);
    }

    void acceptLoss(SlotsMessage.AcceptLoss accept) {
        rejoins.acceptLoss(accept.givenUp());
        List<Slot> begun = new ArrayList<>();
        List<Slot> waiting = new ArrayList<>();
        for (KeptSlot slot : kept) {
            if (!slot.votes) {
                boolean nobodyMissing = rejoins.asked(slot).stream().allMatch(other -> peers.votes(other, slot.slot));
                (nobodyMissing ? begun : waiting).add(slot.slot);
            }
        }
        context.getLog()
                .warn(
                        "an operator accepts the loss of what only {} knew: {} slots come back, {} wait for others",
                        accept.givenUp(),
                        begun.size(),
                        waiting.size());
        accept.replyTo().tell(new SlotsMessage.LossAccepted(begun, waiting));
    }

    // -- what differs

    @Override
    public void mend(FileName name) {
        listener.tellFiles(new FilePeerMessage.Mend(node.list(), node.self(), name));
    }

    @Override
    public void undecided(KeptSlot slot, FileName name) {
        if (slot.role instanceof SlotRoles.Leading) {
            repairs.mendSoon(name);
        } else if (slot.role instanceof SlotRoles.Following following) {
            node.links().toFiles(following.leader(), new FilePeerMessage.Mend(node.list(), node.self(), name));
        }
    }

    // -- what was deleted

    @Override
    public void old(KeptSlot slot, Map<FileName, FileVersion> tombstones) {
        repairs.purge(slot, tombstones);
    }

    @Override
    public void purge(KeptSlot slot, List<Tombstone> tombstones) {
        List<Tombstone> rest = tombstones;
        while (!rest.isEmpty()) {
            int count = SlotPeerMessage.Purge.fitting(rest);
            SlotPeerMessage.Purge purge =
                    new SlotPeerMessage.Purge(node.list(), node.self(), slot.slot, rest.subList(0, count));
            slot.others.forEach(other -> node.links().toSlots(other, purge));
            rest = rest.subList(count, rest.size());
        }
        forget(tombstones);
    }

    private void onPurge(SlotPeerMessage.Purge purge) {
        KeptSlot slot = cores.kept(purge.slot());
        if (slot != null && slot.votes && slot.others.contains(purge.from())) {
            forget(purge.tombstones().stream()
                    .filter(tombstone -> tombstone.name().slot().equals(slot.slot))
                    .toList());
        }
    }

    private void forget(List<Tombstone> tombstones) {
        disk.run(
                () -> Purges.run(node.store(), tombstones),
                names -> {
                    if (!names.isEmpty()) {
                        listener.tellFiles(new FileServerMessage.Purged(names));
                    }
                },
                error -> trouble("purging tombstones: " + error));
    }

    // -- figures

    @Override
    public void trouble(String detail) {
        listener.tellFiles(new FileServerMessage.Trouble(detail));
    }

    ReplicationReport report() {
        int leading = 0;
        int electing = 0;
        int incomplete = 0;
        for (KeptSlot slot : kept) {
            leading += slot.role instanceof SlotRoles.Leading ? 1 : 0;
            electing += slot.role instanceof SlotRoles.Electing ? 1 : 0;
            incomplete += slot.votes ? 0 : 1;
        }
        return new ReplicationReport(
                node.list().version(),
                kept.size(),
                leading,
                electing,
                incomplete,
                restorer.files(),
                restorer.bytes(),
                repairs.behind(),
                repairs.repairing(),
                repairs.repaired(),
                repairs.lastLook(),
                peers.silent());
    }
}
