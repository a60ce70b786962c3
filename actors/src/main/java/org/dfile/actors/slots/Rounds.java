package org.dfile.actors.slots;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.replication.SlotEffect;

/**
 * Whom rounds of reads ask (I7): first as many hosts as a majority needs, those that are likely to answer soonest; the
 * others too when that takes longer than a set time. So a read costs two messages with three copies, and a slow or dead host
 * delays those only that asked it before that was noticed. Every so often a round asks all, so that it is known who answers
 * soonest. At most one round a slot. Of the actor's thread.
 */
final class Rounds {

    /** A question without an answer is no sample any more after this many times the patience. */
    private static final int GIVE_UP = 50;

    private record Open(SlotMessage.Confirm message, List<HostId> rest, long sinceNanos) {}

    /** Sends a question. */
    interface Asker {
        void ask(HostId to, Slot slot, SlotMessage.Confirm message);
    }

    private final Asker asker;
    private final LongSupplier nanos;
    private final long patienceNanos;
    private final Quickness quickness;
    private final Map<Slot, Open> open = new LinkedHashMap<>();
    private boolean askAll = true;

    /** @param patience how long the hosts that are asked first may take */
    Rounds(Asker asker, Duration patience, LongSupplier nanos) {
        this.asker = asker;
        this.patienceNanos = patience.toNanos();
        this.nanos = nanos;
        this.quickness = new Quickness(GIVE_UP * patienceNanos);
    }

    void begin(Slot slot, SlotEffect.Ask ask) {
        long now = nanos.getAsLong();
        List<HostId> hosts = quickness.inOrder(ask.others(), now);
        int first = askAll ? hosts.size() : ask.needed();
        askAll = false;
        ask(slot, ask.message(), hosts.subList(0, first), now);
        open.remove(slot); // the newest is the last
        if (first < hosts.size()) {
            open.put(slot, new Open(ask.message(), hosts.subList(first, hosts.size()), now));
        }
    }

    private void ask(Slot slot, SlotMessage.Confirm message, List<HostId> hosts, long now) {
        for (HostId host : hosts) {
            quickness.asked(host, slot, message.round(), now);
            asker.ask(host, slot, message);
        }
    }

    void answered(HostId from, Slot slot, SlotMessage.Confirmed message) {
        quickness.answered(from, slot, message.round(), nanos.getAsLong());
    }

    /** The slot's round has come to its end, or the host leads the slot no longer. */
    void ended(Slot slot) {
        open.remove(slot);
    }

    /** The next round asks all. */
    void askAll() {
        askAll = true;
    }

    /** Returns after what time, above zero, {@link #askOthers} is due; nothing if there is nobody else to ask. */
    Optional<Duration> timeLeft() {
        return open.values().stream()
                .findFirst()
                .map(oldest ->
                        Duration.ofNanos(Math.max(1, patienceNanos - (nanos.getAsLong() - oldest.sinceNanos()))));
    }

    /** Asks the other hosts as well where those that were asked first take too long. */
    void askOthers() {
        long now = nanos.getAsLong();
        Iterator<Map.Entry<Slot, Open>> oldestFirst = open.entrySet().iterator();
        while (oldestFirst.hasNext()) {
            Map.Entry<Slot, Open> entry = oldestFirst.next();
            Open round = entry.getValue();
            if (now - round.sinceNanos() < patienceNanos) {
                return;
            }
            oldestFirst.remove();
            ask(entry.getKey(), round.message(), round.rest(), now);
        }
    }
}
