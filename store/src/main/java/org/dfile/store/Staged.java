package org.dfile.store;

import org.dfile.model.StagedBytes;
import org.jspecify.annotations.Nullable;

/**
 * Staged bytes, in memory or in a data file, and who has them.
 *
 * <pre>
 *   live --claim--> claimed --applied--> gone
 *    |               |  \--unclaim--> live
 *    |               \--release: gone at the unclaim
 *    \--release--> gone
 * </pre>
 */
final class Staged implements StagedBytes {

    private enum State {
        LIVE,
        CLAIMED,
        CLAIMED_AND_RELEASED,
        GONE
    }

    private final Stager owner;
    private final int byteCount;
    private final int crc32c;
    private final byte @Nullable [] memory;
    private final DataFiles.@Nullable Written written;

    // Guarded by this.
    private State state = State.LIVE;

    private Staged(
            Stager owner, int byteCount, int crc32c, byte @Nullable [] memory, DataFiles.@Nullable Written written) {
        this.owner = owner;
        this.byteCount = byteCount;
        this.crc32c = crc32c;
        this.memory = memory;
        this.written = written;
    }

    static Staged inMemory(Stager owner, byte[] bytes, int crc32c) {
        return new Staged(owner, bytes.length, crc32c, bytes, null);
    }

    static Staged inDataFile(Stager owner, int crc32c, DataFiles.Written written) {
        return new Staged(owner, written.run().byteCount(), crc32c, null, written);
    }

    @Override
    public int byteCount() {
        return byteCount;
    }

    @Override
    public int crc32c() {
        return crc32c;
    }

    boolean madeBy(Stager stager) {
        return owner == stager;
    }

    /** The bytes, if they are held in memory; never changed. */
    byte @Nullable [] memory() {
        return memory;
    }

    DataFiles.@Nullable Written written() {
        return written;
    }

    /** Takes the bytes for a batch. Returns false if they are gone or taken. */
    synchronized boolean claim() {
        if (state != State.LIVE) {
            return false;
        }
        state = State.CLAIMED;
        return true;
    }

    /** The batch was not applied. Returns whether the bytes were given up meanwhile. */
    synchronized boolean unclaim() {
        boolean released = state == State.CLAIMED_AND_RELEASED;
        state = released ? State.GONE : State.LIVE;
        return released;
    }

    /** The batch was applied: the bytes belong to the file now. */
    synchronized void applied() {
        state = State.GONE;
    }

    /** Returns whether the bytes were live and are to be given up now. */
    synchronized boolean release() {
        if (state == State.CLAIMED) {
            state = State.CLAIMED_AND_RELEASED;
        }
        if (state != State.LIVE) {
            return false;
        }
        state = State.GONE;
        return true;
    }
}
