package org.dfile.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Looks at RocksDB's logs after an unclean stop, before RocksDB does (I13). RocksDB takes a record whose header is damaged
 * for the end of its log, and would forget what comes after it. The unacknowledged tail, which may go, is an incomplete
 * record at the end of the newest log with no later record after it; everything else is damage.
 *
 * <p>The format is that of RocksDB's {@code log_format.h}: blocks of 32 KiB, in them records of masked CRC-32C (4 bytes),
 * length (2), type (1) and payload; a batch that does not fit is cut into a first, middle and last record. There is one
 * batch in flight at a time, and each is synced, so a batch that begins after a damaged one proves that it was complete.
 */
final class LogCheck {

    private static final int BLOCK_BYTES = 32 << 10;
    private static final int HEADER_BYTES = 7;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;
    private static final int MASK_DELTA = 0xA282EAD8;

    private final Path log;
    private final boolean newest;
    private long damagedAt = -1;

    private LogCheck(Path log, boolean newest) {
        this.log = log;
        this.newest = newest;
    }

    /**
     * Checks all logs of a database.
     *
     * @throws IOException if one is damaged, saying which, or cannot be read
     */
    static void check(Path database) throws IOException {
        List<Path> logs = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(database, "*.log")) {
            found.forEach(logs::add);
        }
        logs.sort(null); // numbers of equal length
        for (Path log : logs) {
            new LogCheck(log, log.equals(logs.get(logs.size() - 1))).run();
        }
    }

    private void run() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(log)) {
            for (long start = 0; fill(channel, block, start); start += BLOCK_BYTES) {
                check(block, start);
            }
        }
        if (damagedAt >= 0 && !newest) {
            throw new IOException(log.getFileName() + " is damaged at " + damagedAt + ", and a later log exists");
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer block, long start) throws IOException {
        block.clear();
        int count = 0;
        while (count >= 0 && block.hasRemaining()) {
            count = channel.read(block, start + block.position());
        }
        block.flip();
        return block.hasRemaining();
    }

    private void check(ByteBuffer block, long start) throws IOException {
        int at = 0;
        while (at + HEADER_BYTES <= block.limit()) {
            if (!isRecord(block, at)) {
                damage(start + at);
                at++; // the next one may begin anywhere
                continue;
            }
            int type = block.get(at + 6);
            if (damagedAt >= 0 && type != MIDDLE && type != LAST) {
                throw new IOException(
                        log.getFileName() + " is damaged at " + damagedAt + ", and goes on at " + (start + at));
            }
            at += HEADER_BYTES + Short.toUnsignedInt(block.getShort(at + 4));
        }
        if (at < block.limit() && block.limit() < BLOCK_BYTES) {
            damage(start + at); // a header that ends with the file
        }
    }

    private void damage(long at) {
        if (damagedAt < 0) {
            damagedAt = at;
        }
    }

    private static boolean isRecord(ByteBuffer block, int at) {
        int length = Short.toUnsignedInt(block.getShort(at + 4));
        int type = block.get(at + 6);
        if (type == 0 || at + HEADER_BYTES + length > block.limit()) {
            return false;
        }
        CRC32C crc = new CRC32C();
        crc.update(block.slice(at + 6, 1 + length));
        int value = (int) crc.getValue();
        return block.getInt(at) == (Integer.rotateRight(value, 15) + MASK_DELTA);
    }
}
