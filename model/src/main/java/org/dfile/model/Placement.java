package org.dfile.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which hosts keep a slot: rendezvous (highest random weight) hashing over the host ids, as of Thaler and Ravishankar
 * (1998). The weight of a host for a slot is the first eight bytes, as an unsigned big-endian number, of the SHA-256 of
 * the slot (two bytes, big-endian) followed by the host id in UTF-8. The R hosts of highest weight keep the slot,
 * highest first; equal weights are ordered by host id. Test vectors are in {@code placement-vectors.csv}.
 *
 * <p>Safe for use by many threads; remembers what it computed, one small list per slot.
 */
public final class Placement {

    private record Weighed(Host host, long weight) {}

    private static final Comparator<Weighed> HEAVIEST_FIRST = Comparator.comparing(
                    Weighed::weight, Long::compareUnsigned)
            .reversed()
            .thenComparing(weighed -> weighed.host().id());

    private final HostList list;
    private final AtomicReferenceArray<List<Host>> bySlot = new AtomicReferenceArray<>(Slot.COUNT);

    public Placement(HostList list) {
        this.list = list;
    }

    public HostList list() {
        return list;
    }

    /** Returns the hosts that keep the file, R of them, in the order in which they should coordinate. */
    public List<Host> replicasOf(FileName name) {
        return replicasOf(name.slot());
    }

    /** Returns the hosts that keep the slot, R of them, in the order in which they should coordinate. */
    public List<Host> replicasOf(Slot slot) {
        List<Host> known = bySlot.get(slot.number());
        if (known != null) {
            return known;
        }
        List<Host> computed = compute(slot);
        bySlot.set(slot.number(), computed);
        return computed;
    }

    private List<Host> compute(Slot slot) {
        return list.hosts().stream()
                .map(host -> new Weighed(host, weight(slot, host.id())))
                .sorted(HEAVIEST_FIRST)
                .limit(list.replicas())
                .map(Weighed::host)
                .toList();
    }

    /** Returns the weight of a host for a slot, an unsigned number. */
    public static long weight(Slot slot, HostId host) {
        MessageDigest digest = Sha256.digest();
        digest.update((byte) (slot.number() >>> 8));
        digest.update((byte) slot.number());
        byte[] hash = digest.digest(host.text().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(hash).getLong();
    }
}
