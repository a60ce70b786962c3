package org.dfile.actors.slots;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.pekko.remote.FailureDetector;
import org.apache.pekko.remote.PhiAccrualFailureDetector;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.peer.SlotPeerMessage.Heartbeat;
import org.jspecify.annotations.Nullable;
import scala.concurrent.duration.FiniteDuration;

/** Which other hosts live, and what they say of themselves. Hints, for liveness only. Of the actor's thread. */
final class Peers {

    /** Pekko's detector asks for the time by this. */
    private static final class DetectorClock extends FailureDetector.Clock {
        private final LongSupplier millis;

        DetectorClock(LongSupplier millis) {
            this.millis = millis;
        }

        @Override
        public Object apply() {
            return millis.getAsLong();
        }

        @Override
        public long apply$mcJ$sp() {
            return millis.getAsLong();
        }
    }

    private static final class Peer {
        private final PhiAccrualFailureDetector detector;
        private @Nullable Heartbeat last;
        private BitSet leading = new BitSet();
        private BitSet incomplete = new BitSet();
        private boolean trusted;
        private long changedAt;

        Peer(PhiAccrualFailureDetector detector, long now) {
            this.detector = detector;
            this.changedAt = now;
        }

        /** Returns what it leads, as far as it is trusted. */
        BitSet led() {
            return trusted ? (BitSet) leading.clone() : new BitSet();
        }

        boolean seemsWell() {
            Heartbeat heartbeat = last;
            return heartbeat != null && heartbeat.state() == NodeState.READY && detector.isAvailable();
        }
    }

    private final LongSupplier millis;
    private final Map<HostId, Peer> peers = new HashMap<>();

    Peers(SlotsSettings.Heartbeats settings, List<HostId> others, LongSupplier millis) {
        this.millis = millis;
        for (HostId other : others) {
            peers.put(other, new Peer(detector(settings, millis), millis.getAsLong()));
        }
    }

    private static PhiAccrualFailureDetector detector(SlotsSettings.Heartbeats settings, LongSupplier millis) {
        return new PhiAccrualFailureDetector(
                settings.threshold(),
                settings.samples(),
                finite(settings.minDeviation()),
                finite(settings.acceptablePause()),
                finite(settings.interval()),
                new DetectorClock(millis));
    }

    private static FiniteDuration finite(Duration duration) {
        return FiniteDuration.create(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the slots of which the host leads others now than before, as far as it is trusted. */
    BitSet heard(Heartbeat heartbeat) {
        Peer peer = peers.get(heartbeat.from());
        if (peer == null) {
            return new BitSet();
        }
        BitSet led = peer.led();
        Heartbeat before = peer.last;
        peer.detector.heartbeat();
        peer.last = heartbeat;
        if (before == null || !before.leading().equals(heartbeat.leading())) {
            peer.leading = bits(heartbeat.leading());
        }
        if (before == null || !before.incomplete().equals(heartbeat.incomplete())) {
            peer.incomplete = bits(heartbeat.incomplete());
        }
        if (before != null && !before.life().equals(heartbeat.life())) {
            peer.changedAt = millis.getAsLong();
        }
        judge(peer);
        led.xor(peer.led());
        return led;
    }

    /** Whether this life of the host was heard of before. */
    boolean isKnownLife(HostId host, Life life) {
        Peer peer = peers.get(host);
        return peer != null && peer.last != null && peer.last.life().equals(life);
    }

    private static BitSet bits(List<Slot> slots) {
        BitSet bits = new BitSet(Slot.COUNT);
        slots.forEach(slot -> bits.set(slot.number()));
        return bits;
    }

    /** Looks who is silent for too long. Returns the slots that are led by somebody who is trusted no longer. */
    BitSet look() {
        BitSet changed = new BitSet();
        for (Peer peer : peers.values()) {
            BitSet led = peer.led();
            judge(peer);
            led.xor(peer.led());
            changed.or(led);
        }
        return changed;
    }

    private void judge(Peer peer) {
        boolean trusted = peer.seemsWell();
        if (trusted != peer.trusted) {
            peer.trusted = trusted;
            peer.changedAt = millis.getAsLong();
        }
    }

    /** This host itself was not running for a while: what it takes for silence of others was its own. */
    void forgive() {
        for (Peer peer : peers.values()) {
            peer.changedAt = millis.getAsLong();
            if (peer.trusted) {
                peer.detector.heartbeat();
            }
        }
    }

    /** Whether the host was heard of lately and serves. */
    boolean isTrusted(HostId host) {
        Peer peer = peers.get(host);
        return peer != null && peer.trusted;
    }

    /** Whether the host says that it leads the slot, and is trusted. */
    boolean leads(HostId host, Slot slot) {
        Peer peer = peers.get(host);
        return peer != null && peer.trusted && peer.leading.get(slot.number());
    }

    /** Whether the host would do well as a leader of the slot. */
    boolean isFit(HostId host, Slot slot) {
        Peer peer = peers.get(host);
        return peer != null
                && peer.trusted
                && peer.last != null
                && !peer.last.full()
                && !peer.incomplete.get(slot.number());
    }

    /** Whether the host is trusted, and says nothing of having no vote on the slot. */
    boolean votes(HostId host, Slot slot) {
        Peer peer = peers.get(host);
        return peer != null && peer.trusted && !peer.incomplete.get(slot.number());
    }

    /** Whether the host has said that it has no vote on the slot. */
    boolean hasNoVote(HostId host, Slot slot) {
        Peer peer = peers.get(host);
        return peer != null && peer.incomplete.get(slot.number());
    }

    boolean wasHeard(HostId host) {
        Peer peer = peers.get(host);
        return peer != null && peer.last != null;
    }

    /** Returns since when, in milliseconds, the host is trusted, or is not, in its present life. */
    long changedAt(HostId host) {
        Peer peer = peers.get(host);
        return peer == null ? 0 : peer.changedAt;
    }

    /** Returns those that are not trusted, and since when, in milliseconds since 1970. */
    Map<HostId, Long> silent() {
        long offset = System.currentTimeMillis() - millis.getAsLong();
        Map<HostId, Long> silent = new HashMap<>();
        peers.forEach((host, peer) -> {
            if (!peer.trusted) {
                silent.put(host, offset + peer.changedAt);
            }
        });
        return silent;
    }
}
