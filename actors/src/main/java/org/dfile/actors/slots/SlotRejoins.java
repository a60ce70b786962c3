package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.protocol.peer.SlotPeerMessage.AskPage;
import org.dfile.protocol.peer.SlotPeerMessage.PageMail;
import org.dfile.replication.Rejoin;
import org.jspecify.annotations.Nullable;

/**
 * Gives this host its vote back on slots where it lost it (I10), a bounded number at a time. A slot whose other replicas
 * are not all there waits, until the operator gives up those that are missing. Of the actor's thread.
 */
final class SlotRejoins {

    /** What fails again and again is tried less and less often: its pause doubles so many times. */
    private static final int MAX_DOUBLINGS = 6;

    /** Who has to know. */
    interface Listener {

        /** What files of the slot have in memory is to be forgotten; then {@link SlotRejoins#reopened} is called. */
        void reopen(Slot slot);

        /** The slot votes again. */
        void rejoined(KeptSlot kept);

        void trouble(String detail);
    }

    private final SlotsNode node;
    private final SlotsSettings.Rejoining settings;
    private final SlotCores cores;
    private final SlotDisk disk;
    private final Outbox outbox;
    private final Restorer restorer;
    private final Leftovers leftovers;
    private final Listener listener;
    private final LongSupplier millis;
    private final RandomGenerator random;
    private final Set<KeptSlot> lost = new LinkedHashSet<>();
    private final Map<Slot, Run> running = new HashMap<>();
    private final List<Run> outvotedRuns = new ArrayList<>();
    private final Map<Slot, Long> notBefore = new HashMap<>();
    private final Set<HostId> givenUp = new HashSet<>();
    private boolean lossAccepted;

    SlotRejoins(
            SlotsNode node,
            SlotsSettings.Rejoining settings,
            SlotCores cores,
            SlotDisk disk,
            Outbox outbox,
            Restorer restorer,
            Leftovers leftovers,
            Listener listener,
            LongSupplier millis,
            RandomGenerator random) {
        this.node = node;
        this.settings = settings;
        this.cores = cores;
        this.disk = disk;
        this.outbox = outbox;
        this.restorer = restorer;
        this.leftovers = leftovers;
        this.listener = listener;
        this.millis = millis;
        this.random = random;
    }

    /** One slot on its way. */
    private final class Run {
        private final KeptSlot kept;
        private final Rejoin machine;
        private final boolean lossy;
        private Rejoin.Effect.@Nullable Complete complete;
        private final Map<FileName, Long> failed = new HashMap<>();
        private final Set<FileName> damaged = new HashSet<>();
        private boolean begun;
        private long resendAt;
        private int failures;
        private Optional<FileName> lastAsked = Optional.empty();

        Run(KeptSlot kept, Rejoin machine, boolean lossy) {
            this.kept = kept;
            this.machine = machine;
            this.lossy = lossy;
        }

        /** @param names whose records here are damaged; those that somebody else has are restored */
        void begin(Set<FileName> names) {
            damaged.addAll(names);
            begun = true;
            perform(machine.resend());
        }

        void tick(long now) {
            if (!begun) {
                return;
            }
            if (now >= resendAt) {
                perform(machine.resend());
            }
            List<FileName> again = failed.entrySet().stream()
                    .filter(entry -> entry.getValue() <= now)
                    .map(Map.Entry::getKey)
                    .toList();
            if (!again.isEmpty()) {
                failed.clear(); // the page is read anew, with all its names
                perform(machine.notRestored(again.get(0)));
            }
        }

        /** A page; one that was asked for earlier, of names before or after, is none. */
        private void onPage(PageMail mail, Ballot by) {
            boolean asked = mail.after().equals(text(lastAsked));
            if (asked && !(mail.more() && mail.entries().isEmpty())) {
                List<Rejoin.Entry> entries = mail.entries().stream()
                        .map(entry -> new Rejoin.Entry(entry.name(), entry.committed(), entry.pending()))
                        .toList();
                Rejoin.Page page = new Rejoin.Page(entries, mail.more(), mail.floor());
                perform(machine.onPage(mail.from(), by, lastAsked, page));
            }
        }

        private static String text(Optional<FileName> after) {
            return after.map(FileName::toString).orElse("");
        }

        private void perform(List<Rejoin.Effect> effects) {
            if (!effects.isEmpty()) {
                resendAt = millis.getAsLong() + settings.retry().toMillis();
            }
            effects.forEach(this::perform);
        }

        private void perform(Rejoin.Effect effect) {
            if (effect instanceof Rejoin.Effect.Prepare prepare) {
                outbox.add(prepare.to(), kept.slot, new SlotMessage.Prepare(prepare.ballot()));
            } else if (effect instanceof Rejoin.Effect.FetchPage fetch) {
                lastAsked = fetch.after();
                String after = text(lastAsked);
                node.links()
                        .toSlots(
                                fetch.from(),
                                new AskPage(node.list(), node.self(), kept.slot, Optional.of(fetch.ballot()), after));
            } else if (effect instanceof Rejoin.Effect.Restore restore) {
                damaged.remove(restore.name());
                restorer.restore(restore, lossy, restored -> ended(restore.name(), restored));
            } else if (effect instanceof Rejoin.Effect.Complete now) {
                leftovers.remove(kept.slot, damaged, lossy, removed -> removed(now, removed));
            } else if (effect instanceof Rejoin.Effect.Outvoted outvoted) {
                cores.heardOf(kept.slot, outvoted.by());
                outvotedRuns.add(this);
            } else if (effect instanceof Rejoin.Effect.Diverged diverged) {
                restorer.diverged(diverged.name());
            } else {
                throw new AssertionError("an effect that is not performed: " + effect);
            }
        }

        private void ended(FileName name, boolean restored) {
            if (running.get(kept.slot) == this) {
                if (restored) {
                    perform(machine.restored(name));
                } else {
                    failed.put(name, later(failures));
                    failures++;
                }
            }
        }

        private void removed(Rejoin.Effect.Complete now, boolean all) {
            if (running.get(kept.slot) != this) {
                return;
            }
            if (all) {
                complete = now;
                listener.reopen(kept.slot);
            } else {
                again(kept.slot);
            }
        }

        /** Nothing of what was before is in anybody's memory: the vote may come back. */
        void reopened() {
            Rejoin.Effect.Complete now = complete;
            if (now != null) {
                complete = null;
                disk.run(
                        () -> node.store().complete(kept.slot, now.ballot(), now.floor()),
                        state -> {
                            running.remove(kept.slot);
                            lost.remove(kept);
                            listener.rejoined(kept);
                            goOn();
                        },
                        error -> {
                            listener.trouble("completing slot " + kept.slot + ": " + error);
                            again(kept.slot);
                        });
            }
        }
    }

    /** The host has no vote on the slot. */
    void add(KeptSlot kept) {
        lost.add(kept);
    }

    private long later(int failures) {
        long pause = settings.retry().toMillis() << Math.min(failures, MAX_DOUBLINGS);
        return millis.getAsLong() + pause + random.nextLong(pause + 1);
    }

    private void again(Slot slot) {
        running.remove(slot);
        notBefore.put(slot, later(0));
    }

    /** Says again what was not answered, and begins with as many slots as may be under way. */
    void tick() {
        long now = millis.getAsLong();
        List.copyOf(running.values()).forEach(run -> run.tick(now));
        prepareAgain();
        fill(now);
    }

    /** All that were outvoted since the last time go on in one ballot, so that they share what is written and sent for it. */
    private void prepareAgain() {
        List<Run> again = outvotedRuns.stream()
                .filter(run -> running.get(run.kept.slot) == run)
                .toList();
        outvotedRuns.clear();
        if (!again.isEmpty()) {
            Ballot ballot = cores.newBallot(again.stream().map(run -> run.kept).toList());
            for (Run run : again) {
                cores.heardOf(run.kept.slot, ballot);
                run.perform(run.machine.again(ballot));
            }
        }
    }

    /** Begins with many slots at once, as those that begin together share their ballot and what is written and sent for it. */
    private void goOn() {
        if (running.size() <= settings.maxSlots() / 2) {
            fill(millis.getAsLong());
        }
    }

    private void fill(long now) {
        List<KeptSlot> next = new ArrayList<>();
        for (KeptSlot kept : lost) {
            if (running.size() + next.size() >= settings.maxSlots()) {
                break;
            }
            boolean waits = notBefore.getOrDefault(kept.slot, now) > now;
            if (!running.containsKey(kept.slot)
                    && !waits
                    && !cores.view(kept.slot).votes()
                    && canBegin(kept)) {
                next.add(kept);
            }
        }
        begin(next);
    }

    private boolean canBegin(KeptSlot kept) {
        return lossAccepted || !kept.others.isEmpty();
    }

    private void begin(List<KeptSlot> those) {
        if (those.isEmpty()) {
            return;
        }
        Ballot ballot = cores.newBallot(those);
        for (KeptSlot kept : those) {
            notBefore.remove(kept.slot);
            cores.heardOf(kept.slot, ballot);
            boolean lossy = lossAccepted && givesUp(kept);
            Rejoin machine = lossAccepted
                    ? Rejoin.acceptingLoss(kept.replicas, ballot, givenUp)
                    : new Rejoin(kept.replicas, ballot);
            Run run = new Run(kept, machine, lossy);
            running.put(kept.slot, run);
            leftovers.find(kept.slot, names -> {
                if (running.get(kept.slot) == run) {
                    run.begin(names);
                }
            });
        }
    }

    private boolean givesUp(KeptSlot kept) {
        return kept.others.isEmpty() || kept.others.stream().anyMatch(givenUp::contains);
    }

    // -- input

    void on(HostId from, Slot slot, SlotMessage message) {
        Run run = running.get(slot);
        if (run == null) {
            return;
        }
        if (message instanceof SlotMessage.Promise promise) {
            run.perform(run.machine.onPromise(from, promise.ballot()));
        } else if (message instanceof SlotMessage.Refused refused
                && refused.ballot().equals(run.machine.ballot())) {
            run.perform(run.machine.onRefused(from, refused.promised()));
        }
    }

    void on(PageMail mail) {
        Run run = running.get(mail.slot());
        if (run != null && mail.ballot().isPresent()) {
            run.onPage(mail, mail.ballot().get());
        }
    }

    void reopened(Slot slot) {
        Run run = running.get(slot);
        if (run != null) {
            run.reopened();
        }
    }

    /** Begins anew with every slot that waits for one of these hosts, without them. */
    void acceptLoss(Set<HostId> hosts) {
        lossAccepted = true;
        givenUp.addAll(hosts);
        List.copyOf(running.values()).stream()
                .filter(run -> !run.lossy && givesUp(run.kept) && run.complete == null)
                .forEach(run -> running.remove(run.kept.slot));
    }

    /** Returns the hosts that a rejoin of the slot asks. */
    List<HostId> asked(KeptSlot kept) {
        return kept.others.stream().filter(other -> !givenUp.contains(other)).toList();
    }
}
