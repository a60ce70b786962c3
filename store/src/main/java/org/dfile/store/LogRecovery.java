package org.dfile.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Looks at RocksDB's logs after an unclean stop, before RocksDB does (I13), and cuts off the unacknowledged tail: a batch at
 * the end of the newest log that was not written to its end. Everything else that is no batch is damage, and is refused:
 * each batch is synced before the next one is written, so a batch that begins after it proves that it was complete.
 *
 * <p>RocksDB's own modes do not fit. All but one take a record whose header is damaged for the end of the log, and forget
 * what comes after it; {@code TolerateCorruptedTailRecords} refuses a last record that has its length, but not all of its
 * pages, which a power failure leaves.
 *
 * <p>The manifest is a log of the same format, and RocksDB refuses such an end of it, too. It writes several records of it
 * before it syncs them, so one after a damaged one proves nothing; all but the torn end is left to RocksDB's own judgement.
 */
final class LogRecovery {

    private static final Pattern MANIFEST = Pattern.compile("MANIFEST-\\d+");

    private LogRecovery() {}

    /**
     * Leaves a database whose logs have whole batches alone, durably.
     *
     * @throws IOException if a log is damaged, saying which and where, or cannot be read or written
     */
    static void run(Path database) throws IOException {
        List<Path> logs = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(database, "*.log")) {
            found.forEach(logs::add);
        }
        logs.sort(null); // numbers of equal length
        for (Path log : logs) {
            check(log, log.equals(logs.get(logs.size() - 1)));
        }
        String current = Files.readString(database.resolve("CURRENT"), StandardCharsets.ISO_8859_1)
                .strip();
        if (MANIFEST.matcher(current).matches() && Files.exists(database.resolve(current))) {
            checkManifest(database.resolve(current));
        }
    }

    private static void checkManifest(Path manifest) throws IOException {
        LogScan scan = LogScan.of(manifest);
        if (scan.end() == LogScan.End.TORN) {
            cut(manifest, scan.wholeBytes());
        }
    }

    private static void check(Path log, boolean newest) throws IOException {
        LogScan scan = LogScan.of(log);
        LogScan.End end = scan.end();
        if (end == LogScan.End.CLEAN) {
            return;
        }
        if (end == LogScan.End.TORN && newest) {
            cut(log, scan.wholeBytes());
            return;
        }
        String why = switch (end) {
            case GOES_ON -> "goes on after it";
            case DAMAGED -> "not by a write that was cut short";
            default -> "a later log exists";
        };
        long at = scan.damagedAt() < 0 ? scan.wholeBytes() : scan.damagedAt();
        throw new IOException(log.getFileName() + " is damaged at " + at + ", and " + why);
    }

    private static void cut(Path log, long byteCount) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(byteCount);
            channel.force(true);
        }
    }
}
