package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dfile.model.Ballot;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.replication.SlotEffect;
import org.dfile.replication.SlotView;
import org.dfile.store.SlotState;
import org.dfile.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The machines of all slots that this host keeps, and what they want done: promises go to the volume, one call for all
 * slots of a ballot; messages go to the outbox; confirmed reads to their files. Of the actor's thread.
 */
final class SlotCores {

    /** What others make of what happens to a slot. */
    interface Listener {

        /** The host leads the slot now. */
        void leads(KeptSlot kept);

        /** The host leads the slot no longer, or could not begin to, because of this host, which may be itself. */
        void deposed(KeptSlot kept, HostId by);

        /** Another host tries to lead, or to get its vote back, and was given the promise. */
        void promised(KeptSlot kept, HostId to);

        /** The volume did not do it. */
        void trouble(String detail);
    }

    private final SlotsNode node;
    private final SlotDisk disk;
    private final Outbox outbox;
    private final Rounds rounds;
    private final Listener listener;
    private final @Nullable KeptSlot[] slots = new KeptSlot[Slot.COUNT];
    private final Map<Ballot, List<Slot>> toPromise = new LinkedHashMap<>();
    private long turn = 1;
    private long lastRound;
    private long lastRead;

    SlotCores(SlotsNode node, SlotDisk disk, Outbox outbox, Rounds rounds, Listener listener) {
        this.node = node;
        this.disk = disk;
        this.outbox = outbox;
        this.rounds = rounds;
        this.listener = listener;
        for (int number = 0; number < Slot.COUNT; number++) {
            Slot slot = new Slot(number);
            List<HostId> hosts = node.placements().get().replicasOf(slot).stream()
                    .map(Host::id)
                    .toList();
            if (hosts.contains(node.self())) {
                slots[number] = new KeptSlot(node.self(), slot, hosts);
            }
        }
    }

    @Nullable
    KeptSlot kept(Slot slot) {
        return slots[slot.number()];
    }

    List<KeptSlot> all() {
        return Stream.of(slots).filter(kept -> kept != null).toList();
    }

    SlotView view(Slot slot) {
        try {
            SlotState state = node.store().slot(slot);
            return new SlotView(state.ordered(), state.promised(), state.floor(), state.complete());
        } catch (StoreException e) {
            return new SlotView(Optional.empty(), Optional.empty(), 0, false); // a poisoned volume says nothing (I12)
        }
    }

    // -- leading

    /** Begins to lead slots, in one ballot that was never used before (I1). */
    void lead(Collection<KeptSlot> those) {
        Ballot ballot = newBallot(those);
        for (KeptSlot kept : those) {
            giveUpReads(kept);
            perform(kept, kept.core.lead(ballot, view(kept.slot)));
        }
        flushPromises();
    }

    /** Returns a ballot above all that these slots have heard of; no two are alike in one life. */
    Ballot newBallot(Collection<KeptSlot> those) {
        long round = lastRound + 1;
        for (KeptSlot kept : those) {
            round = Math.max(round, kept.core.nextRound(view(kept.slot)));
        }
        lastRound = round;
        return new Ballot(round, node.self(), node.life());
    }

    /** Leads a slot no longer, of its own accord. */
    void resign(KeptSlot kept) {
        kept.core.resign();
        giveUpReads(kept);
        listener.deposed(kept, node.self());
    }

    // -- input

    void on(HostId from, Slot slot, SlotMessage message) {
        if (message instanceof SlotMessage.Confirmed confirmed) {
            rounds.answered(from, slot, confirmed);
        }
        with(slot, kept -> perform(kept, kept.core.on(from, message, view(slot))));
    }

    void heardOf(Slot slot, Ballot ballot) {
        with(slot, kept -> perform(kept, kept.core.heardOf(ballot)));
    }

    void prepareAgain(SlotsMessage.PrepareAgain again) {
        with(again.slot(), kept -> perform(kept, kept.core.prepareAgain(again.replica(), again.ballot())));
    }

    void confirm(SlotsMessage.Confirm confirm) {
        with(confirm.name().slot(), kept -> {
            if (kept.core.leads().filter(confirm.ballot()::equals).isPresent()) {
                SlotEffect.Read read = new SlotEffect.Read(confirm.name(), ++lastRead);
                kept.reads.put(read.number(), confirm);
                perform(kept, kept.core.confirm(confirm.ballot(), read, view(kept.slot)));
            }
        });
    }

    void resend() {
        for (KeptSlot kept : slots) {
            if (kept != null && !kept.core.isQuiet()) {
                perform(kept, kept.core.resend());
            }
        }
    }

    /** What was to be sent has been. Confirmations that begin in one turn have one number, so that they share messages. */
    void endTurn() {
        turn++;
    }

    private void with(Slot slot, Consumer<KeptSlot> action) {
        KeptSlot kept = kept(slot);
        if (kept != null) {
            kept.core.numberRoundsFrom(turn);
            action.accept(kept);
        }
    }

    // -- effects

    private void perform(KeptSlot kept, List<SlotEffect> effects) {
        for (SlotEffect effect : effects) {
            perform(kept, effect);
        }
    }

    private void perform(KeptSlot kept, SlotEffect effect) {
        if (effect instanceof SlotEffect.Send send) {
            outbox.add(send.to(), kept.slot, send.message());
        } else if (effect instanceof SlotEffect.Ask ask) {
            rounds.begin(kept.slot, ask);
        } else if (effect instanceof SlotEffect.PersistPromise promise) {
            toPromise
                    .computeIfAbsent(promise.ballot(), ballot -> new ArrayList<>())
                    .add(kept.slot);
        } else if (effect instanceof SlotEffect.Leads) {
            listener.leads(kept);
        } else if (effect instanceof SlotEffect.Deposed deposed) {
            giveUpReads(kept);
            listener.deposed(kept, deposed.by().host());
        } else if (effect instanceof SlotEffect.Confirmed confirmed) {
            rounds.ended(kept.slot);
            confirmed.reads().forEach(read -> answer(kept, read.number()));
        } else {
            throw new AssertionError("an effect that is not performed: " + effect);
        }
    }

    private void giveUpReads(KeptSlot kept) {
        rounds.ended(kept.slot);
        kept.reads.clear();
    }

    private static void answer(KeptSlot kept, long number) {
        SlotsMessage.Confirm read = kept.reads.remove(number);
        if (read != null) {
            read.replyTo().tell(new SlotsMessage.Confirmed(read.ballot(), read.read()));
        }
    }

    /** Has the volume promise what the machines asked for since the last time. */
    void flushPromises() {
        toPromise.forEach((ballot, of) -> disk.run(
                () -> node.store().promise(of, ballot),
                written -> promiseWritten(ballot, of),
                error -> listener.trouble("promising " + ballot + " for " + of.size() + " slots: " + error)));
        toPromise.clear();
    }

    private void promiseWritten(Ballot ballot, List<Slot> of) {
        for (Slot slot : of) {
            with(slot, kept -> {
                perform(kept, kept.core.promiseWritten(ballot, view(slot)));
                if (!ballot.host().equals(node.self())) {
                    listener.promised(kept, ballot.host());
                }
            });
        }
    }
}
