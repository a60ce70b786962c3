package org.dfile.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.rocksdb.CompressionType;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB by itself: names and contents, in synced batches one after the other. Nothing compressed, as in the store. */
final class RocksAlone implements AutoCloseable {

    private final Options options;
    private final RocksDB db;
    private final WriteOptions synced = new WriteOptions().setSync(true);

    private RocksAlone(Options options, RocksDB db) {
        this.options = options;
        this.db = db;
    }

    /** To be called when a volume is open in this process: it has loaded RocksDB's library. */
    static RocksAlone open(Path directory) throws RocksDBException {
        Options options = new Options().setCreateIfMissing(true).setCompressionType(CompressionType.NO_COMPRESSION);
        return new RocksAlone(options, RocksDB.open(options, directory.toString()));
    }

    /** Returns how many contents a second are on disk. */
    double write(String run, int batchLength, byte[] content, Duration time) throws RocksDBException {
        long begin = System.nanoTime();
        long number = 0;
        while (System.nanoTime() - begin < time.toNanos()) {
            try (WriteBatch batch = new WriteBatch()) {
                for (int i = 0; i < batchLength; i++) {
                    batch.put(("new/" + run + "/" + number++).getBytes(StandardCharsets.UTF_8), content);
                }
                db.write(synced, batch);
            }
        }
        return number / ((System.nanoTime() - begin) / 1e9);
    }

    @Override
    public void close() {
        synced.close();
        db.close();
        options.close();
    }
}
