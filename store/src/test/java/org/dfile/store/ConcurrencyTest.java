package org.dfile.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.store.TestVolume.KIB;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.model.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads at a time. */
class ConcurrencyTest {

    private static final int WRITERS = 8;
    private static final int ROUNDS = 60;

    @TempDir
    Path directory;

    private TestVolume volume;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void open() throws Exception {
        volume = new TestVolume(directory);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        volume.close();
    }

    @Test
    void apply_byManyThreads_sharesCommitsAndSyncs() throws Exception {
        RocksFileStore.Effort before = volume.store.effort();
        List<Future<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(submit(creates("w" + writer)));
        }
        for (Future<Void> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        RocksFileStore.Effort after = volume.store.effort();
        int applies = WRITERS * ROUNDS;
        assertThat(after.commits() - before.commits()).isLessThan(applies * 2 / 3);
        assertThat(after.dataSyncs() - before.dataSyncs()).isLessThan(applies * 2 / 3);
        assertThat(volume.store.usage().files()).isEqualTo(applies);
    }

    private Callable<Void> creates(String prefix) {
        return () -> {
            for (int round = 0; round < ROUNDS; round++) {
                volume.create(FileName.of(prefix + "/" + round), filled(70 * KIB, round));
            }
            return null;
        };
    }

    /** Overwritten and deleted bytes make data files dead, which are removed while readers have older views. */
    @Test
    void read_whileFilesAreReplaced_seesOneStateAndDeadDataFilesGo() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Void>> writers = new ArrayList<>();
        List<Future<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            FileName name = FileName.of("f" + i);
            volume.create(name, filled(700 * KIB, 0));
            writers.add(submit(replaces(name)));
            readers.add(submit(reads(name, done)));
            readers.add(submit(reads(name, done)));
        }
        for (Future<Void> writer : writers) {
            writer.get(60, TimeUnit.SECONDS);
        }
        done.set(true);
        for (Future<Void> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
        try (Stream<Path> files = Files.list(directory.resolve("data"))) {
            assertThat(files.count()).isLessThanOrEqualTo(3); // of 2 MiB; 84 MiB were written
        }
    }

    /** Where bytes lie is remembered between reads: nobody may be sent to an older state than somebody has seen. */
    @Test
    void read_whileBatchesEnd_neverGoesBack() throws Exception {
        FileName name = FileName.of("remembered");
        volume.create(name, filled(70 * KIB, 0));
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong newest = new AtomicLong();
        List<Future<Void>> readers = new ArrayList<>();
        for (int reader = 0; reader < 3; reader++) {
            readers.add(submit(() -> {
                while (!done.get()) {
                    long seen = newest.get();
                    ReadResult result = volume.store.read(name, 69 * KIB, KIB);
                    assertThat(result.version().seq()).isGreaterThanOrEqualTo(seen);
                    assertThat(TestVolume.content(result.bytes()))
                            .containsOnly((byte) (result.version().seq() - 1));
                    newest.accumulateAndGet(result.version().seq(), Math::max);
                }
                return null;
            }));
        }
        for (int round = 1; round <= 2 * ROUNDS; round++) {
            FileState applied = volume.apply(name, new Operation.WriteStaged(0, volume.stage(filled(70 * KIB, round))));
            newest.accumulateAndGet(applied.version().seq(), Math::max);
            ReadResult read = volume.store.read(name, 0, 1);
            assertThat(read.version()).isEqualTo(applied.version());
        }
        done.set(true);
        for (Future<Void> reader : readers) {
            reader.get(60, TimeUnit.SECONDS);
        }
    }

    private Callable<Void> replaces(FileName name) {
        return () -> {
            for (int round = 1; round <= ROUNDS; round++) {
                byte[] content = filled(700 * KIB, round);
                if (round % 3 == 0) {
                    volume.apply(name, new Operation.Delete());
                    volume.create(name, content);
                } else {
                    volume.apply(name, new Operation.Truncate(0), new Operation.WriteStaged(0, volume.stage(content)));
                }
            }
            return null;
        };
    }

    private Callable<Void> reads(FileName name, AtomicBoolean done) {
        return () -> {
            while (!done.get()) {
                ReadResult result = volume.store.read(name, 0, Integer.MAX_VALUE);
                byte[] content = TestVolume.content(result.bytes());
                if (result.exists()) {
                    assertThat(content).isEqualTo(filled(700 * KIB, content[0]));
                }
            }
            return null;
        };
    }

    private <T> Future<T> submit(Callable<T> work) {
        return threads.submit(work);
    }

    private static byte[] filled(int byteCount, int value) {
        byte[] bytes = new byte[byteCount];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
