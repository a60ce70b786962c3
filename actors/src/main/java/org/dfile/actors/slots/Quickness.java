package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.jspecify.annotations.Nullable;

/**
 * How quickly other hosts answered lately: a moving average of samples, one question at a time. A host that has not answered
 * yet counts as no quicker than it has been silent. A hint, for whom to ask first. Of the actor's thread.
 */
final class Quickness {

    /** How much of the average a new sample is: one part in so many. */
    private static final int PARTS = 4;

    private static final class Of {
        private long averageNanos;
        private boolean isOpen;
        private @Nullable Slot slot;
        private long round;
        private long askedNanos;

        boolean is(Slot ofSlot, long ofRound) {
            return isOpen && ofSlot.equals(slot) && ofRound == round;
        }

        long nanos(long now) {
            return isOpen ? Math.max(averageNanos, now - askedNanos) : averageNanos;
        }
    }

    private final long giveUpNanos;
    private final Map<HostId, Of> hosts = new HashMap<>();

    /** @param giveUpNanos a question without an answer for this long is counted as answered now; the next one is a sample again */
    Quickness(long giveUpNanos) {
        this.giveUpNanos = giveUpNanos;
    }

    void asked(HostId host, Slot slot, long round, long now) {
        Of of = hosts.computeIfAbsent(host, any -> new Of());
        if (of.isOpen && now - of.askedNanos >= giveUpNanos) {
            sample(of, now);
        }
        if (!of.isOpen) {
            of.isOpen = true;
            of.slot = slot;
            of.round = round;
            of.askedNanos = now;
        }
    }

    void answered(HostId host, Slot slot, long round, long now) {
        Of of = hosts.get(host);
        if (of != null && of.is(slot, round)) {
            sample(of, now);
        }
    }

    private static void sample(Of of, long now) {
        of.averageNanos += (now - of.askedNanos - of.averageNanos) / PARTS;
        of.isOpen = false;
    }

    /** Returns hosts in the order in which they are likely to answer; those that are alike in the order given. */
    List<HostId> inOrder(List<HostId> those, long now) {
        List<HostId> ordered = new ArrayList<>(those);
        ordered.sort(Comparator.comparingLong(host -> nanos(host, now)));
        return ordered;
    }

    private long nanos(HostId host, long now) {
        Of of = hosts.get(host);
        return of == null ? 0 : of.nanos(now);
    }
}
