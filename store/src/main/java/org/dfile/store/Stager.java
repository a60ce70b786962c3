package org.dfile.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.dfile.model.Bytes;
import org.dfile.model.Crc32cConcat;
import org.dfile.model.Limits;

/**
 * Takes bytes ahead of the batch that will name them. Bytes are copied first and checked in the copy (I14), so that what
 * is stored is what was checked, whatever happens to the buffer they came in.
 */
final class Stager {

    private final DataFiles dataFiles;
    private final SpaceGuard space;
    private final long memoryLimitBytes;
    private final AtomicLong memoryBytes = new AtomicLong();
    private final BlockingQueue<ByteBuffer> buffers;

    Stager(DataFiles dataFiles, SpaceGuard space, StoreSettings settings) {
        this.dataFiles = dataFiles;
        this.space = space;
        this.memoryLimitBytes = settings.stageMemoryBytes();
        this.buffers = new ArrayBlockingQueue<>(settings.ioBuffers());
        for (int i = 0; i < settings.ioBuffers(); i++) {
            buffers.add(ByteBuffer.allocateDirect(Limits.MAX_CHUNK_BYTES));
        }
    }

    Staged stage(Bytes bytes) throws StoreException {
        int byteCount = bytes.byteCount();
        if (byteCount > Limits.MAX_CHUNK_BYTES) {
            throw new IllegalArgumentException(byteCount + " bytes to stage, at most " + Limits.MAX_CHUNK_BYTES);
        }
        if (byteCount <= Limits.CHECKSUM_BLOCK_BYTES && takeMemory(byteCount)) {
            return stageInMemory(bytes);
        }
        return stageInDataFile(bytes);
    }

    private boolean takeMemory(int byteCount) {
        if (memoryBytes.addAndGet(byteCount) <= memoryLimitBytes) {
            return true;
        }
        memoryBytes.addAndGet(-byteCount);
        return false;
    }

    private Staged stageInMemory(Bytes bytes) throws BadChecksumException {
        try {
            return Staged.inMemory(this, copy(bytes), bytes.crc32c());
        } catch (BadChecksumException e) {
            memoryBytes.addAndGet(-bytes.byteCount());
            throw e;
        }
    }

    /** Returns a copy that has the checksum that the bytes came with. */
    static byte[] copy(Bytes bytes) throws BadChecksumException {
        byte[] copy = new byte[bytes.byteCount()];
        bytes.buffer().get(copy);
        checkChecksum(bytes, Bytes.checksum(ByteBuffer.wrap(copy)));
        return copy;
    }

    private static void checkChecksum(Bytes bytes, int crc32c) throws BadChecksumException {
        if (crc32c != bytes.crc32c()) {
            throw new BadChecksumException(bytes.byteCount() + " bytes have CRC32C " + Integer.toHexString(crc32c)
                    + ", not " + Integer.toHexString(bytes.crc32c()));
        }
    }

    /** Returns the checksum of all blocks together, without looking at the bytes again. */
    private static int concat(int[] blockCrcs, int byteCount) {
        Crc32cConcat all = new Crc32cConcat();
        int rest = byteCount;
        for (int crc : blockCrcs) {
            int blockBytes = Math.min(Run.BLOCK_BYTES, rest);
            all.add(crc, blockBytes);
            rest -= blockBytes;
        }
        return all.crc32c();
    }

    private Staged stageInDataFile(Bytes bytes) throws StoreException {
        ByteBuffer buffer = takeBuffer();
        try {
            buffer.clear().put(bytes.buffer()).flip();
            int[] crcs = blockCrcs(buffer);
            checkChecksum(bytes, concat(crcs, bytes.byteCount()));
            space.take(bytes.byteCount());
            try {
                return Staged.inDataFile(this, bytes.crc32c(), dataFiles.append(buffer, crcs));
            } finally {
                space.settle(bytes.byteCount());
            }
        } finally {
            buffers.add(buffer);
        }
    }

    /** Returns the checksum of each block of what remains. */
    static int[] blockCrcs(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        int[] crcs = new int[Run.blockCount(rest.remaining())];
        for (int block = 0; block < crcs.length; block++) {
            int blockBytes = Math.min(Run.BLOCK_BYTES, rest.remaining());
            crcs[block] = Bytes.checksum(rest.slice(rest.position(), blockBytes));
            rest.position(rest.position() + blockBytes);
        }
        return crcs;
    }

    private ByteBuffer takeBuffer() {
        try {
            return buffers.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a buffer", e);
        }
    }

    void release(Staged staged) throws PoisonedException {
        if (staged.release()) {
            giveUp(staged);
        }
    }

    /** The batch that had claimed the bytes was not applied. */
    void unclaim(Staged staged) throws PoisonedException {
        if (staged.unclaim()) {
            giveUp(staged);
        }
    }

    /** The batch that had claimed the bytes is on disk. */
    void applied(Staged staged) throws PoisonedException {
        staged.applied();
        giveUp(staged);
    }

    private void giveUp(Staged staged) throws PoisonedException {
        DataFiles.Written written = staged.written();
        if (written == null) {
            memoryBytes.addAndGet(-staged.byteCount());
        } else {
            dataFiles.unpin(written.run().file());
        }
    }
}
