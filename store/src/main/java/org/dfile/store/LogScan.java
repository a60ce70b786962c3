package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Reads one of RocksDB's logs and says where its whole batches end and what comes then.
 *
 * <p>The format is that of RocksDB's {@code log_format.h}: blocks of 32 KiB, in them records of masked CRC-32C (4 bytes),
 * length (2), type (1) and payload; a batch that does not fit is cut into a first, middle and last record.
 */
final class LogScan {

    /** What follows the whole batches of a log. */
    enum End {
        /** Nothing. */
        CLEAN,
        /**
         * A batch that was not written to its end: the file ends in it, or there are zeros from some sector of it to the
         * end of the file. The latter is how a log looks if the power fails when ext4 has journaled a new length, but not
         * yet that the pages are written; etcd tells it from damage in a like way.
         */
        TORN,
        /** Something else that is no batch. */
        DAMAGED,
        /** Something that is no batch, and a batch after it. */
        GOES_ON
    }

    private static final int BLOCK_BYTES = 32 << 10;
    private static final int SECTOR_BYTES = 512;
    private static final int HEADER_BYTES = 7;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;
    private static final int MASK_DELTA = 0xA282EAD8;

    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long start;
    private long wholeBytes;
    private boolean inBatch;
    private long damagedAt = -1;
    private boolean endsWithFile;
    private boolean endsUnwritten;
    private boolean goesOn;

    private LogScan() {}

    /** @throws IOException if the log cannot be read */
    static LogScan of(Path log) throws IOException {
        LogScan scan = new LogScan();
        try (FileChannel channel = FileChannel.open(log)) {
            while (scan.fill(channel)) {
                scan.records();
                scan.lastSector();
                scan.start += BLOCK_BYTES;
            }
        }
        return scan;
    }

    /** Where the last whole batch ends that has only whole ones before it. */
    long wholeBytes() {
        return wholeBytes;
    }

    /** Where the first thing is that is no record, or a number below zero if all are. */
    long damagedAt() {
        return damagedAt;
    }

    End end() {
        if (damagedAt < 0) {
            return inBatch ? End.TORN : End.CLEAN;
        }
        if (goesOn) {
            return End.GOES_ON;
        }
        return endsWithFile || endsUnwritten ? End.TORN : End.DAMAGED;
    }

    private boolean fill(FileChannel channel) throws IOException {
        block.clear();
        int count = 0;
        while (count >= 0 && block.hasRemaining()) {
            count = channel.read(block, start + block.position());
        }
        block.flip();
        return block.hasRemaining();
    }

    private void records() {
        int at = 0;
        while (at + HEADER_BYTES <= block.limit()) {
            int end = at + HEADER_BYTES + Short.toUnsignedInt(block.getShort(at + 4));
            if (isRecord(at, end)) {
                record(block.get(at + 6), end);
                at = end;
            } else {
                damaged(at, end > block.limit() && end <= BLOCK_BYTES && !isRecord(at, block.limit()));
                at++; // the next one may begin anywhere
            }
        }
        if (at < block.limit() && block.limit() < BLOCK_BYTES) {
            damaged(at, true); // a header that ends with the file
        }
    }

    private void record(int type, int end) {
        boolean begins = type != MIDDLE && type != LAST;
        if (damagedAt >= 0) {
            goesOn |= begins;
            return;
        }
        inBatch = type == FIRST || type == MIDDLE;
        if (!inBatch) {
            wholeBytes = start + end;
        }
    }

    private void damaged(int at, boolean endsWithFile) {
        if (damagedAt < 0) {
            damagedAt = start + at;
            this.endsWithFile = endsWithFile;
        }
    }

    private boolean isRecord(int at, int end) {
        if (block.get(at + 6) == 0 || end > block.limit()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(block.slice(at + 6, end - at - 6));
        int value = (int) crc.getValue();
        return block.getInt(at) == (Integer.rotateRight(value, 15) + MASK_DELTA);
    }

    private void lastSector() {
        if (damagedAt >= 0) {
            int sector = (block.limit() - 1) / SECTOR_BYTES * SECTOR_BYTES;
            endsUnwritten = isZero((int) Math.max(damagedAt - start, sector), block.limit());
        }
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to; at++) {
            if (block.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
