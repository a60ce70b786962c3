package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.dfile.model.Ballot;
import org.dfile.model.Slot;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * What is known of each slot: promise, floor, whether it is complete, digest. All but the digest is known twice: as it was
 * put in order for the committer, and as it is on disk. Reading it takes no lock.
 *
 * <p>Whoever decides by a promise or a floor and submits the change holds the monitor of this object all the while, so
 * that the order of decisions is the order of commits (I2). He may wait there for room in the queue of the committer, so
 * the committer must not need that monitor: digests, which it changes, have one of their own.
 */
final class Slots {

    private static final byte PROMISE = 'P';
    private static final byte DIGEST = 'D';

    /** A change of a slot on its way to the disk: all that will be stored of it. */
    record Step(Slot slot, BallotCodec.Promise promise) {
        Mutation mutation() {
            return new Mutation.Put(Family.SLOTS, key(PROMISE, slot), BallotCodec.encode(promise));
        }
    }

    /** What was put in order, and what of it is on disk. */
    private record Known(
            BallotCodec.Promise ordered, @Nullable Ballot promised, boolean complete) {

        private static final Known NOTHING = of(new BallotCodec.Promise(null, 0, true));

        private static Known of(BallotCodec.Promise stored) {
            return new Known(stored, stored.ballot(), stored.complete());
        }

        private Known order(BallotCodec.Promise next) {
            return new Known(next, promised, complete && next.complete());
        }

        /** Complete only if nothing is on its way that says otherwise. */
        private Known stored(BallotCodec.Promise now) {
            return new Known(ordered, now.ballot(), now.complete() && ordered.complete());
        }
    }

    private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(Slot.COUNT);

    private final Object digests = new Object();

    // Guarded by digests.
    private final long[] sums = new long[Slot.COUNT];
    private final long[] records = new long[Slot.COUNT];

    Slots(Database.View view) throws CorruptDataException {
        for (int slot = 0; slot < Slot.COUNT; slot++) {
            known.set(slot, Known.NOTHING);
        }
        try (RocksIterator iterator = view.iterator(Family.SLOTS)) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                load(ByteBuffer.wrap(iterator.key()), iterator.value());
            }
            Database.check(iterator);
        }
    }

    private void load(ByteBuffer key, byte[] value) throws CorruptDataException {
        byte kind = key.get();
        int slot = key.getShort();
        if (slot < 0 || slot >= Slot.COUNT) {
            throw new CorruptDataException("a record of slot " + slot, 0);
        }
        if (kind == DIGEST) {
            ByteBuffer in = ByteBuffer.wrap(value);
            records[slot] = in.getLong();
            sums[slot] = in.getLong();
        } else {
            BallotCodec.Promise promise = BallotCodec.decode(value);
            known.set(slot, Known.of(promise));
        }
    }

    /** Returns what a volume begins with that is put in the place of a lost one: no slot is complete (I9). */
    static List<Mutation> allIncomplete() {
        List<Mutation> mutations = new ArrayList<>();
        for (int number = 0; number < Slot.COUNT; number++) {
            mutations.add(new Step(new Slot(number), new BallotCodec.Promise(null, 0, false)).mutation());
        }
        return mutations;
    }

    SlotState state(Slot slot) {
        Known now = known.get(slot.number());
        BallotCodec.Promise ordered = now.ordered();
        return new SlotState(
                slot,
                Optional.ofNullable(ordered.ballot()),
                Optional.ofNullable(now.promised()),
                ordered.floor(),
                now.complete());
    }

    /** Returns the slot as it is once everything is on disk that was put in order by now. */
    SlotState settled(Slot slot) {
        BallotCodec.Promise ordered = ordered(slot);
        Optional<Ballot> ballot = Optional.ofNullable(ordered.ballot());
        return new SlotState(slot, ballot, ballot, ordered.floor(), ordered.complete());
    }

    /** Returns those that are not complete. */
    List<Slot> incompleteNow() {
        return IntStream.range(0, Slot.COUNT)
                .filter(slot -> !known.get(slot).complete())
                .mapToObj(Slot::new)
                .toList();
    }

    private BallotCodec.Promise ordered(Slot slot) {
        return known.get(slot.number()).ordered();
    }

    /** Raises the promise of a slot if it is below, and adds that. Returns false if a higher ballot was promised. */
    synchronized boolean promise(Slot slot, Ballot ballot, List<Step> steps) {
        BallotCodec.Promise before = ordered(slot);
        int order = before.ballot() == null ? 1 : ballot.compareTo(before.ballot());
        if (order > 0) {
            steps.add(order(slot, new BallotCodec.Promise(ballot, before.floor(), before.complete())));
        }
        return order >= 0;
    }

    synchronized void raiseFloor(Slot slot, long generation, List<Step> steps) {
        BallotCodec.Promise before = ordered(slot);
        if (generation > before.floor()) {
            steps.add(order(slot, new BallotCodec.Promise(before.ballot(), generation, before.complete())));
        }
    }

    synchronized void complete(Slot slot, Ballot ballot, long floor, List<Step> steps) {
        BallotCodec.Promise before = ordered(slot);
        boolean higher = before.ballot() == null || ballot.compareTo(before.ballot()) > 0;
        Ballot promised = higher ? ballot : before.ballot();
        steps.add(order(slot, new BallotCodec.Promise(promised, Math.max(floor, before.floor()), true)));
    }

    /** The replica votes no longer, from now on. */
    synchronized void lose(Slot slot, List<Step> steps) {
        BallotCodec.Promise before = ordered(slot);
        steps.add(order(slot, new BallotCodec.Promise(before.ballot(), before.floor(), false)));
    }

    private Step order(Slot slot, BallotCodec.Promise next) {
        known.updateAndGet(slot.number(), now -> now.order(next)); // the committer changes the rest of it
        return new Step(slot, next);
    }

    /** The step is on disk; by the committer alone, in the order of commits, before anybody is told of it. */
    void stored(Step step) {
        known.updateAndGet(step.slot().number(), now -> now.stored(step.promise()));
    }

    SlotDigest digest(Slot slot) {
        synchronized (digests) {
            return new SlotDigest(slot, records[slot.number()], sums[slot.number()]);
        }
    }

    /** Changes the digest of a slot; by the committer alone, in the commit that changes the records. */
    Mutation addToDigest(Slot slot, long recordCount, long sum) {
        int number = slot.number();
        ByteBuffer value = ByteBuffer.allocate(2 * Long.BYTES);
        synchronized (digests) {
            records[number] += recordCount;
            sums[number] += sum;
            value.putLong(records[number]).putLong(sums[number]);
        }
        return new Mutation.Put(Family.SLOTS, key(DIGEST, slot), value.array());
    }

    private static byte[] key(byte kind, Slot slot) {
        return ByteBuffer.allocate(1 + Short.BYTES)
                .put(kind)
                .putShort((short) slot.number())
                .array();
    }
}
