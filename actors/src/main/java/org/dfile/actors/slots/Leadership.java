package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.replication.SlotView;
import org.jspecify.annotations.Nullable;

/**
 * Who should lead a slot, from hints alone; whoever is wrong costs time and nothing else. Whoever leads and is heard of
 * stays it. If nobody is, hosts try one after the other in the order of placement, those with a full volume last. The
 * host that comes earlier in that order takes the slot over once it has been up for a while. Of the actor's thread.
 */
final class Leadership {

    /** Growth of a host's patience when slots that it took over are taken from it. */
    private static final int MAX_PATIENCE = 8;

    /** Attempts in vain up to which the back-off doubles. */
    private static final int MAX_DOUBLINGS = 5;

    /** So many heartbeats may be late when another host, which tries to lead, is given time to. */
    private static final int BEATS_TO_SAY_SO = 2;

    private final SlotsSettings.Leading settings;
    private final long heartbeatMillis;
    private final Peers peers;
    private final LongSupplier millis;
    private final RandomGenerator random;
    private final long startedAt;
    private boolean full;

    Leadership(SlotsSettings settings, Peers peers, LongSupplier millis, RandomGenerator random) {
        this.settings = settings.leading();
        this.heartbeatMillis = settings.heartbeats().interval().toMillis();
        this.peers = peers;
        this.millis = millis;
        this.random = random;
        this.startedAt = millis.getAsLong();
    }

    /** The own volume has no room for new bytes, or has again. */
    void full(boolean now) {
        full = now;
    }

    boolean isFull() {
        return full;
    }

    // -- who leads

    /** Returns what the host is for the slot now. */
    SlotRoles.Role roleOf(KeptSlot kept, SlotView view) {
        Optional<Ballot> ballot = kept.core.leads();
        if (ballot.isPresent()) {
            return new SlotRoles.Leading(ballot.get());
        }
        HostId leader = leaderOf(kept, view);
        return leader == null ? new SlotRoles.Electing() : new SlotRoles.Following(leader);
    }

    /** Another host that leads as far as is known; if two say so, the one that was promised to. */
    private @Nullable HostId leaderOf(KeptSlot kept, SlotView view) {
        @Nullable HostId leader = null;
        for (HostId other : kept.others) {
            boolean promised =
                    view.ordered().isPresent() && view.ordered().get().host().equals(other);
            if ((leader == null || promised) && peers.leads(other, kept.slot)) {
                leader = other;
            }
        }
        return leader;
    }

    // -- what to do about it

    /** Whether a slot that is led here is to be left to another host, or an attempt to lead it is to be given up. */
    boolean shouldResign(KeptSlot kept) {
        if (kept.core.isCandidate()) {
            return kept.role instanceof SlotRoles.Following
                    && since(kept.attemptedAt) > settings.attempt().toMillis();
        }
        return full
                && kept.role instanceof SlotRoles.Leading
                && fit(kept, kept.replicas.hosts().size()) > 0;
    }

    /** Returns those slots that it is time to lead. */
    List<KeptSlot> due(List<KeptSlot> all) {
        List<KeptSlot> due = new ArrayList<>();
        for (KeptSlot kept : all) {
            if (isDue(kept)) {
                due.add(kept);
            }
        }
        return due;
    }

    private boolean isDue(KeptSlot kept) {
        if (kept.role instanceof SlotRoles.Leading) {
            calmDown(kept);
            return false;
        }
        if (kept.core.isCandidate() || !kept.votes) {
            return false;
        }
        if (kept.role instanceof SlotRoles.Following following) {
            kept.leaderlessSince = KeptSlot.NEVER;
            kept.failures = 0;
            return shouldTakeBack(kept, following.leader());
        }
        return isFree(kept);
    }

    private void calmDown(KeptSlot kept) {
        if (since(kept.ledSince) > settings.takeBackAfter().toMillis()) {
            kept.patience = 1;
            kept.failures = 0;
        }
    }

    private boolean isFree(KeptSlot kept) {
        if (kept.leaderlessSince == KeptSlot.NEVER) {
            holdOff(kept);
        }
        int earlier = full ? kept.replicas.hosts().size() : kept.place;
        long turns = fit(kept, earlier) * settings.turn().toMillis();
        return since(kept.leaderlessSince) >= kept.backOff + turns && !isListening(kept);
    }

    private void holdOff(KeptSlot kept) {
        kept.leaderlessSince = millis.getAsLong();
        long longest = settings.backOff().toMillis() << Math.min(kept.failures, MAX_DOUBLINGS);
        kept.backOff = kept.others.isEmpty() ? 0 : random.nextLong(longest + 1);
    }

    private boolean isListening(KeptSlot kept) {
        return since(startedAt) < settings.listenAtStart().toMillis()
                && !kept.others.stream().allMatch(peers::wasHeard);
    }

    /** Returns how many other hosts would do well among the first ones. */
    private long fit(KeptSlot kept, int first) {
        long fit = 0;
        for (HostId host : kept.replicas.hosts().subList(0, first)) {
            fit += peers.isFit(host, kept.slot) ? 1 : 0;
        }
        return fit;
    }

    private boolean shouldTakeBack(KeptSlot kept, HostId leader) {
        return !full && kept.place < kept.placeOf(leader) && fit(kept, kept.place) == 0 && isSettled(kept);
    }

    private boolean isSettled(KeptSlot kept) {
        long since = startedAt;
        for (HostId other : kept.others) {
            since = Math.max(since, peers.changedAt(other));
        }
        return since(since) >= settings.takeBackAfter().toMillis() * kept.patience;
    }

    private long since(long moment) {
        return millis.getAsLong() - moment;
    }

    // -- what came of it

    /** An attempt to lead begins now. */
    void attempted(KeptSlot kept) {
        kept.attemptedAt = millis.getAsLong();
        kept.leaderlessSince = KeptSlot.NEVER;
    }

    /** Another host tries to lead: it is given time. */
    void promised(KeptSlot kept, HostId to) {
        giveTime(kept, to);
    }

    /** Time to lead, and to say so; but for one that has no vote, and only wants it back. */
    private void giveTime(KeptSlot kept, HostId other) {
        holdOff(kept);
        if (!other.equals(kept.replicas.self()) && !peers.hasNoVote(other, kept.slot)) {
            kept.backOff += BEATS_TO_SAY_SO * heartbeatMillis;
        }
    }

    void leads(KeptSlot kept) {
        kept.ledSince = millis.getAsLong();
    }

    /** The slot was taken from this host, or not given to it, because of another host; or it has left it by itself. */
    void deposed(KeptSlot kept, HostId by) {
        kept.failures++;
        giveTime(kept, by);
        boolean soon = since(Math.max(kept.ledSince, kept.attemptedAt))
                < settings.takeBackAfter().toMillis();
        kept.patience = soon ? Math.min(MAX_PATIENCE, kept.patience * 2) : kept.patience;
    }
}
