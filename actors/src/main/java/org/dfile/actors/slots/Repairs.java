package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.peer.SlotPeerMessage.AskDigests;
import org.dfile.protocol.peer.SlotPeerMessage.AskPage;
import org.dfile.protocol.peer.SlotPeerMessage.Digest;
import org.dfile.protocol.peer.SlotPeerMessage.DigestMail;
import org.dfile.protocol.peer.SlotPeerMessage.PageMail;
import org.dfile.protocol.peer.Tombstone;
import org.dfile.store.SlotDigest;
import org.dfile.store.StoreException;

/**
 * Finds what replicas of the slots that this host leads do not hold alike: their digests are compared every so often; where
 * a difference lasts for two looks, so that it is more than a change on its way, the records are; each file that differs
 * is brought together by its coordinator. Nothing is done for hosts that are away. Of the actor's thread.
 */
final class Repairs {

    /** How often the pages of a comparison are asked for before it is given up. */
    private static final int MAX_ASKED = 5;

    /** Old tombstones that wait until somebody looks whether all replicas have them; a later sweep finds further ones. */
    private static final int MAX_OLD = 100_000;

    /** Who does what was found necessary. */
    interface Listener {

        /** The coordinator is to bring the file together. */
        void mend(FileName name);

        /** All replicas have these tombstones (I15). */
        void purge(KeptSlot kept, List<Tombstone> tombstones);
    }

    /** The records of one slot are being compared. */
    private static final class Run {
        private final KeptSlot kept;
        private final Comparison comparison;
        private final Map<FileName, FileVersion> old;
        private int different;
        private int asked;
        private long askedAt;

        Run(KeptSlot kept, Comparison comparison, Map<FileName, FileVersion> old) {
            this.kept = kept;
            this.comparison = comparison;
            this.old = old;
        }
    }

    private final SlotsNode node;
    private final SlotsSettings.Repair settings;
    private final List<KeptSlot> all;
    private final SlotCores cores;
    private final Peers peers;
    private final Pages pages;
    private final Listener listener;
    private final LongSupplier millis;
    private final MendQueue queue;

    /** For each replica that differs, the number of the look at which that was seen first. */
    private final Map<Slot, Map<HostId, Long>> differences = new HashMap<>();

    private final Set<Slot> toCompare = new LinkedHashSet<>();
    private final Map<Slot, Map<FileName, FileVersion>> toPurge = new LinkedHashMap<>();
    private final Map<Slot, Run> running = new HashMap<>();
    private final Map<Slot, Integer> behind = new HashMap<>();
    private final Set<HostId> awaited = new HashSet<>();
    private long began;
    private long looks;
    private long nextLook;
    private long secondLook = KeptSlot.NEVER;
    private long lastLook;

    Repairs(
            SlotsNode node,
            SlotsSettings.Repair settings,
            List<KeptSlot> all,
            SlotCores cores,
            Peers peers,
            Pages pages,
            Listener listener,
            LongSupplier millis) {
        this.node = node;
        this.settings = settings;
        this.all = all;
        this.cores = cores;
        this.peers = peers;
        this.pages = pages;
        this.listener = listener;
        this.millis = millis;
        this.queue = new MendQueue(settings);
        this.nextLook = millis.getAsLong() + settings.lookInterval().toMillis();
    }

    // -- figures

    /**
     * Returns how many names were not alike when their slots were compared last. A slot of which only the digests were
     * compared so far has at least one, if they differed for two looks.
     */
    long behind() {
        return behind.values().stream().mapToLong(count -> count).sum();
    }

    /** Returns how many names wait or are being brought together. */
    long repairing() {
        return queue.size();
    }

    long repaired() {
        return queue.mended();
    }

    /** Returns when the last comparison of all digests that has ended began, in milliseconds since 1970; 0 if none has. */
    long lastLook() {
        return lastLook;
    }

    // -- looking

    /** A host is back: it may have missed much. */
    void lookSoon() {
        nextLook = Math.min(nextLook, millis.getAsLong() + settings.secondLook().toMillis());
    }

    void tick() {
        long now = millis.getAsLong();
        if (now >= nextLook) {
            nextLook = now + settings.lookInterval().toMillis();
            forgetOthers();
            began = System.currentTimeMillis();
            look(all);
        } else if (now >= secondLook && awaited.isEmpty()) {
            look(all.stream().filter(kept -> differences.containsKey(kept.slot)).toList());
        }
        beginRuns();
        List.copyOf(running.values()).forEach(run -> askAgain(run, now));
        queue.next(now).forEach(listener::mend);
    }

    private void forgetOthers() {
        Set<Slot> led = new HashSet<>();
        for (KeptSlot kept : all) {
            if (leads(kept)) {
                led.add(kept.slot);
            }
        }
        queue.dropAllBut(led);
        differences.keySet().retainAll(led);
        toCompare.retainAll(led);
        toPurge.keySet().retainAll(led);
        behind.keySet().retainAll(led);
    }

    private static boolean leads(KeptSlot kept) {
        return kept.role instanceof SlotRoles.Leading;
    }

    private void look(List<KeptSlot> those) {
        looks++;
        secondLook = KeptSlot.NEVER;
        awaited.clear();
        Map<HostId, List<Slot>> byHost = new HashMap<>();
        for (KeptSlot kept : those) {
            if (leads(kept)) {
                for (HostId other : kept.others) {
                    if (peers.isTrusted(other)) {
                        byHost.computeIfAbsent(other, host -> new ArrayList<>()).add(kept.slot);
                    }
                }
            }
        }
        byHost.forEach((host, slots) -> {
            awaited.add(host);
            node.links().toSlots(host, new AskDigests(node.list(), node.self(), slots));
        });
    }

    /** Compares with the own digests. Fails if the volume does. */
    void on(DigestMail mail) throws StoreException {
        for (Digest digest : mail.digests()) {
            KeptSlot kept = cores.kept(digest.slot());
            if (kept != null && leads(kept) && kept.votes) {
                SlotDigest own = node.store().digest(digest.slot());
                compare(mail.from(), digest.slot(), own.records() == digest.records() && own.sum() == digest.sum());
            }
        }
        if (awaited.remove(mail.from()) && awaited.isEmpty()) {
            lastLook = began;
        }
    }

    private void compare(HostId host, Slot slot, boolean alike) {
        if (alike) {
            Map<HostId, Long> left = differences.getOrDefault(slot, new HashMap<>());
            left.remove(host);
            if (left.isEmpty()) {
                differences.remove(slot);
                behind.remove(slot);
            }
        } else {
            Long first =
                    differences.computeIfAbsent(slot, one -> new HashMap<>()).putIfAbsent(host, looks);
            if (first == null) {
                secondLook = Math.min(
                        secondLook, millis.getAsLong() + settings.secondLook().toMillis());
            } else if (first < looks && queue.isDone(slot)) {
                toCompare.add(slot);
                behind.putIfAbsent(slot, 1);
            }
        }
    }

    // -- comparing records

    /** These tombstones are old enough to go, once it is seen that all replicas have them. */
    void purge(KeptSlot kept, Map<FileName, FileVersion> old) {
        int waiting = toPurge.values().stream().mapToInt(Map::size).sum();
        if (leads(kept) && kept.others.stream().allMatch(peers::isTrusted) && waiting + old.size() <= MAX_OLD) {
            toPurge.put(kept.slot, old);
            toCompare.add(kept.slot);
        }
    }

    private void beginRuns() {
        Iterator<Slot> next = toCompare.iterator();
        while (next.hasNext() && running.size() < settings.maxSlots() && queue.hasRoom()) {
            Slot slot = next.next();
            next.remove();
            KeptSlot kept = cores.kept(slot);
            Map<FileName, FileVersion> old =
                    Optional.ofNullable(toPurge.remove(slot)).orElse(Map.of());
            if (kept != null && leads(kept) && !running.containsKey(slot)) {
                Set<HostId> hosts = new HashSet<>();
                kept.others.stream().filter(other -> peers.votes(other, slot)).forEach(hosts::add);
                if (!hosts.isEmpty() || !old.isEmpty()) {
                    hosts.add(node.self());
                    Run run = new Run(kept, new Comparison(hosts), old);
                    running.put(slot, run);
                    ask(run);
                }
            }
        }
    }

    private void ask(Run run) {
        run.asked++;
        run.askedAt = millis.getAsLong();
        AskPage ask = new AskPage(node.list(), node.self(), run.kept.slot, Optional.empty(), run.comparison.after());
        for (HostId host : run.comparison.missing()) {
            if (host.equals(node.self())) {
                pages.read(ask, this::on, () -> running.remove(run.kept.slot));
            } else {
                node.links().toSlots(host, ask);
            }
        }
    }

    private void askAgain(Run run, long now) {
        if (!leads(run.kept) || run.asked > MAX_ASKED) {
            running.remove(run.kept.slot);
        } else if (now - run.askedAt > settings.secondLook().toMillis()) {
            ask(run);
        }
    }

    /** A page that was asked for without a ballot. */
    void on(PageMail mail) {
        Run run = running.get(mail.slot());
        if (run != null) {
            run.comparison.onPage(mail).ifPresent(found -> compared(run, found));
        }
    }

    private void compared(Run run, List<Comparison.Found> found) {
        List<Tombstone> everywhere = new ArrayList<>();
        for (Comparison.Found one : found) {
            FileVersion version = one.highest().id().version();
            if (!one.alike()) {
                run.different++;
                queue.add(one.name(), one.holders());
            } else if (one.highest().tombstone()
                    && run.comparison.hostCount() == run.kept.replicas.hosts().size()
                    && version.equals(run.old.get(one.name()))) {
                everywhere.add(new Tombstone(one.name(), version));
            }
        }
        if (!everywhere.isEmpty()) {
            listener.purge(run.kept, everywhere);
        }
        if (run.comparison.isEnded()) {
            running.remove(run.kept.slot);
            behind.put(run.kept.slot, run.different);
        } else {
            run.asked = 0;
            ask(run);
        }
    }

    /** The coordinator has done it: all replicas that are there hold the same. */
    void mended(FileName name) {
        queue.mended(name);
        behind.computeIfPresent(name.slot(), (slot, count) -> count > 1 ? count - 1 : null);
    }

    /** A batch of the file waits to be decided for long. */
    void mendSoon(FileName name) {
        queue.add(name, 1);
    }
}
