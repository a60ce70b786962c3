package org.dfile.replication;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** 128 bits of hash that tell one state from others. */
record StateKey(long high, long low) {

    /** Hashes what a description gives, in the order in which it is given. */
    static StateKey of(Consumer<Consumer<@Nullable Object>> description) {
        long[] key = {1, 2};
        description.accept(part -> {
            if (part instanceof StateKey whole) {
                add(key, whole.high);
                add(key, whole.low);
            } else {
                add(key, part == null ? 0 : part.hashCode());
            }
        });
        return new StateKey(key[0], key[1]);
    }

    private static void add(long[] key, long hash) {
        key[0] = mix(key[0] * 0x9E3779B97F4A7C15L + hash);
        key[1] = mix(key[1] ^ hash) * 0xC2B2AE3D27D4EB4FL + 1;
    }

    /** The finalizer of MurmurHash3. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
