package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.dfile.model.Bytes;
import org.dfile.model.Crc32cConcat;
import org.jspecify.annotations.Nullable;

/**
 * Copies bytes of extents to memory and checks each block that it touches (I14). The block checked last is kept, since
 * neighbouring extents may be parts of one block. Of one thread, which uses one reader at a time.
 */
final class ExtentReader {

    /** A view is older than what has become of a data file that it refers to; a newer view does not refer to it. */
    static final class OutdatedException extends Exception {
        OutdatedException(int file) {
            super("data file " + file + " is gone, or has moved bytes");
        }
    }

    /** Room for one block on each thread that reads; outside the heap, since files are read from there. */
    private static final ThreadLocal<ByteBuffer> BLOCK =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Run.BLOCK_BYTES));

    private static final int NONE = -1;

    private final DataFiles dataFiles;
    private final @Nullable ExtentTable table;
    private final byte[] target;
    private final long targetOffset;

    private final ByteBuffer block = BLOCK.get();
    private int blockFile = NONE;
    private long blockPosition;

    /** Of the first {@code summed} bytes of the target, which are whole blocks whose checksums were right. */
    private final Crc32cConcat sum = new Crc32cConcat();

    private int summed;

    /**
     * @param table where pieces come from; null if there are none
     * @param target gets the bytes of the file from {@code targetOffset} on
     */
    ExtentReader(DataFiles dataFiles, @Nullable ExtentTable table, byte[] target, long targetOffset) {
        this.dataFiles = dataFiles;
        this.table = table;
        this.target = target;
        this.targetOffset = targetOffset;
    }

    /** Copies that part of the extent that lies in the range of the target. */
    void copy(Extent extent) throws CorruptDataException, OutdatedException {
        long from = Math.max(extent.offset(), targetOffset);
        long to = Math.min(extent.end(), targetOffset + target.length);
        Extent part = extent.slice(from, to);
        int at = (int) (from - targetOffset);
        if (part instanceof Extent.Fresh fresh) {
            System.arraycopy(fresh.array(), fresh.start(), target, at, fresh.byteCount());
        } else if (part instanceof Extent.Inline inline) {
            copyPiece(inline, at);
        } else if (part instanceof Extent.Data data) {
            copyData(data, at);
        } else {
            throw new AssertionError("unhandled extent " + part);
        }
    }

    /** Returns the CRC32C of the target when all is copied; takes it of those bytes only for which it is not known. */
    int checksum() {
        if (summed < target.length) {
            int rest = target.length - summed;
            sum.add(Bytes.checksum(ByteBuffer.wrap(target, summed, rest)), rest);
            summed = target.length;
        }
        return sum.crc32c();
    }

    private void copyPiece(Extent.Inline inline, int at) throws CorruptDataException {
        if (table == null) {
            throw new IllegalStateException("a stored piece of a file that has none");
        }
        byte[] stored = table.pieceBytes(inline.keyOffset());
        if (stored.length != inline.storedBytes()) {
            throw new CorruptDataException("a piece beside the records has changed its length", inline.offset());
        }
        System.arraycopy(stored, inline.skip(), target, at, inline.byteCount());
    }

    private void copyData(Extent.Data data, int at) throws CorruptDataException, OutdatedException {
        DataFile file = dataFiles.acquire(data.run().file());
        if (file == null) {
            throw new OutdatedException(data.run().file());
        }
        try {
            copyAndRelease(file, data, at);
        } catch (CorruptDataException e) {
            throw e;
        } catch (IOException e) {
            CorruptDataException failure =
                    new CorruptDataException(file.path() + " cannot be read: " + e.getMessage(), data.offset());
            failure.initCause(e);
            throw failure;
        }
    }

    private void copyAndRelease(DataFile file, Extent.Data data, int at) throws IOException {
        try {
            copyBlocks(file, data, at);
        } finally {
            file.release();
        }
    }

    /** Block by block: what was read is checked and copied while it is in the processor's cache. */
    private void copyBlocks(DataFile file, Extent.Data data, int at) throws IOException {
        Run run = data.run();
        int end = data.skip() + data.byteCount();
        for (int done = data.skip(); done < end; ) {
            int number = done / Run.BLOCK_BYTES;
            int inBlock = done % Run.BLOCK_BYTES;
            int count = Math.min(end - done, run.blockBytes(number) - inBlock);
            int targetAt = at + done - data.skip();
            readBlock(file, data, number);
            block.get(inBlock, target, targetAt, count);
            if (targetAt == summed && count == run.blockBytes(number)) {
                sum.add(run.crcs()[number], count);
                summed += count;
            }
            done += count;
        }
    }

    private void readBlock(DataFile file, Extent.Data data, int number) throws IOException {
        long position = data.run().blockPosition(number);
        if (blockFile == file.number() && blockPosition == position) {
            return;
        }
        blockFile = NONE;
        block.clear().limit(data.run().blockBytes(number));
        boolean complete = file.read(block, position);
        block.flip();
        if (!complete || !dataFiles.intact(block, data.run().crcs()[number])) {
            throw damaged(file, data, number);
        }
        blockFile = file.number();
        blockPosition = position;
    }

    private CorruptDataException damaged(DataFile file, Extent.Data data, int block) {
        long offset = data.offset() - data.skip() + (long) block * Run.BLOCK_BYTES;
        return new CorruptDataException(
                "a block at " + data.run().blockPosition(block) + " of " + file.path() + " does not match its checksum",
                Math.max(data.offset(), offset));
    }
}
