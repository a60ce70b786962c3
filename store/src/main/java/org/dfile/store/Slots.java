package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.Slot;
import org.dfile.store.Database.Family;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksIterator;

/**
 * What is known of each slot: promise, floor, digest. Promises and floors stand here as they were put in order for the
 * committer; whoever relies on them waits for a commit of his own, which comes later.
 *
 * <p>Whoever decides by a promise or a floor and submits the change holds the monitor of this object all the while, so
 * that the order of decisions is the order of commits (I2). He may wait there for room in the queue of the committer, so
 * the committer must not need that monitor: digests, which it changes, have one of their own.
 */
final class Slots {

    private static final byte PROMISE = 'P';
    private static final byte DIGEST = 'D';

    // Guarded by this.
    private final @Nullable Ballot[] promised = new Ballot[Slot.COUNT];
    private final long[] floors = new long[Slot.COUNT];

    private final Object digests = new Object();

    // Guarded by digests.
    private final long[] sums = new long[Slot.COUNT];
    private final long[] records = new long[Slot.COUNT];

    Slots(Database.View view) throws CorruptDataException {
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
            BallotCodec.Promise promise = BallotCodec.decodePromise(value);
            promised[slot] = promise.ballot();
            floors[slot] = promise.floor();
        }
    }

    synchronized SlotState state(Slot slot) {
        int number = slot.number();
        return new SlotState(slot, Optional.ofNullable(promised[number]), floors[number]);
    }

    /** Raises the promise of a slot if it is below, and notes that. Returns false if a higher ballot was promised. */
    synchronized boolean promise(Slot slot, Ballot ballot, List<Mutation> mutations) {
        Ballot before = promised[slot.number()];
        int order = before == null ? 1 : ballot.compareTo(before);
        if (order > 0) {
            promised[slot.number()] = ballot;
            mutations.add(put(slot));
        }
        return order >= 0;
    }

    synchronized void raiseFloor(Slot slot, long generation, List<Mutation> mutations) {
        if (generation > floors[slot.number()]) {
            floors[slot.number()] = generation;
            mutations.add(put(slot));
        }
    }

    private Mutation put(Slot slot) {
        byte[] value = BallotCodec.encodePromise(promised[slot.number()], floors[slot.number()]);
        return new Mutation.Put(Family.SLOTS, key(PROMISE, slot), value);
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
