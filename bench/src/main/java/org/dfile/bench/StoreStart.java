package org.dfile.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.dfile.model.Bytes;

/**
 * How long it takes until a volume with a million small files is open, in a new process: after a clean stop, and after
 * a kill with as much in RocksDB's log as 20,000 new files leave; with its files in the page cache, and dropped from it.
 * And what small files cost on disk.
 */
final class StoreStart {

    private static final int FILES = 500_000;
    private static final int SMALL_BYTES = 100;
    private static final int LARGER_BYTES = 4 << 10;
    private static final int IN_FLIGHT = 256;

    private final Path volume;
    private final Figures figures;

    StoreStart(Path folder, Figures figures) {
        this.volume = folder.resolve("start");
        this.figures = figures;
    }

    void run(int rounds) throws Exception {
        double empty = diskBytes();
        build("small", SMALL_BYTES);
        double small = diskBytes();
        build("larger", LARGER_BYTES);
        figures.add("on disk per file of 100 bytes", (small - empty) / FILES);
        figures.add("on disk per file of 4 KiB", (diskBytes() - small) / FILES);
        for (int round = 0; round < rounds; round++) {
            start("after a clean stop, cached", true);
            dropPages();
            start("after a clean stop, not cached", false);
            start("after a kill, cached", false);
            dropPages();
            start("after a kill, not cached", true);
        }
        figures.printMedian("on disk per file of 100 bytes", "bytes");
        figures.printMedian("on disk per file of 4 KiB", "bytes");
        for (String after : List.of("clean stop", "kill")) {
            for (String cached : List.of("cached", "not cached")) {
                print("after a " + after + ", " + cached);
            }
        }
    }

    private void build(String prefix, int fileBytes) throws Exception {
        byte[] content = new byte[fileBytes];
        new Random(7).nextBytes(content);
        Bytes bytes = Bytes.of(content);
        Semaphore places = new Semaphore(IN_FLIGHT);
        CountDownLatch created = new CountDownLatch(FILES);
        try (StoreVolume open = StoreVolume.open(volume)) {
            for (int number = 0; number < FILES; number++) {
                places.acquire();
                open.create(StoreStartPeer.name(prefix, number), bytes).whenComplete((state, failure) -> {
                    if (failure != null) {
                        failure.printStackTrace();
                    }
                    places.release();
                    created.countDown();
                });
            }
            created.await();
            if (open.store().usage().files() % FILES != 0) {
                throw new IllegalStateException("files were not created");
            }
        }
    }

    private void start(String how, boolean endCleanly) throws IOException {
        long begin = System.nanoTime();
        try (ForkedJvm peer = ForkedJvm.start(StoreStartPeer.class, volume.toString(), Boolean.toString(!endCleanly))) {
            figures.add("open ms, " + how, Long.parseLong(peer.readLine()) / 1e6);
            figures.add("process until ready ms, " + how, (System.nanoTime() - begin) / 1e6);
            figures.add("heap used MiB, " + how, Long.parseLong(peer.readLine()) / 1048576.0);
            figures.add("resident MiB, " + how, Long.parseLong(peer.readLine()) / 1024.0);
            peer.readLine(); // it has written what it was to write
            if (endCleanly) {
                peer.end();
            } else {
                peer.kill();
            }
        }
    }

    private void print(String how) {
        figures.printMedian("open ms, " + how, "ms");
        figures.printMedian("process until ready ms, " + how, "ms");
        figures.printMedian("heap used MiB, " + how, "MiB");
        figures.printMedian("resident MiB, " + how, "MiB");
    }

    /** As allocated, not as long as the files say. */
    private double diskBytes() throws IOException {
        if (!Files.exists(volume)) {
            return 0;
        }
        String sumAndPath = run("du", "-s", "-B1", volume.toString());
        return Double.parseDouble(sumAndPath.substring(0, sumAndPath.indexOf('\t')));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(volume)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Tells the kernel that the pages of the volume are not needed; no other process notices. */
    private void dropPages() throws IOException {
        for (Path file : files()) {
            run("dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
