package org.dfile.store;

import org.dfile.store.Database.Family;

/** One change of the database, as part of a commit. */
@SuppressWarnings("ArrayRecordComponent") // never compared; made once, written once
sealed interface Mutation {

    /** Returns how many bytes it takes to remember it, about. */
    default long byteCount() {
        return OVERHEAD_BYTES + (this instanceof Put put ? put.key().length + put.value().length : 0);
    }

    /** Of the objects, and of the keys that are deleted. */
    long OVERHEAD_BYTES = 128;

    record Put(Family family, byte[] key, byte[] value) implements Mutation {}

    record Delete(Family family, byte[] key) implements Mutation {}

    /** Removes all keys from {@code from} on, before {@code to}. */
    record DeleteRange(Family family, byte[] from, byte[] to) implements Mutation {}
}
