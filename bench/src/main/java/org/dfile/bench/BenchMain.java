package org.dfile.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.dfile.bench.Pipeline.Rate;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;

/**
 * Measures one client on three local nodes beside the limits of the machine, in turn, several rounds; or one volume
 * alone, see {@link StoreBench}.
 *
 * <p>From the root of the checkout: {@code java -jar bench/target/dfile-bench.jar [what] [rounds] [folder]}, where what is
 * reads, bulk, creates, memory, start or all of these; copies, see {@link CopiesBench};
 * repair, see {@link RepairBench}; or store-creates, store-bulk, store-appends, store-start or
 * store-all.
 */
public final class BenchMain {

    private static final int NODES = 3;
    private static final int MOST_DELETIONS = 100;
    private static final Duration TIME = Duration.ofSeconds(3);
    private static final int WARM_UP_ROUNDS = 3;
    private static final int[] IN_FLIGHT = {1, 16, 128};
    private static final long BULK_BYTES = 1L << 30;
    private static final int BULK_READS_IN_FLIGHT = 8;
    private static final int MANY_FILES = 20_000;
    private static final Set<String> OF_THREE_COPIES = Set.of("copies", "repair");
    private static final Set<String> ALL = Set.of("reads", "bulk", "creates", "memory", "start");

    private final Figures figures = new Figures(System.out);
    private final Path folder;
    private final int rounds;

    private BenchMain(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        String what = args.length > 0 ? args[0] : "all";
        if (!what.equals("all") && !ALL.contains(what) && !OF_THREE_COPIES.contains(what) && !StoreBench.has(what)) {
            System.err.println(
                    "usage: dfile-bench [reads|bulk|creates|memory|start|all|copies|repair|store-creates|store-bulk"
                            + "|store-appends|store-start|store-all] [rounds] [folder]");
            System.exit(2);
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path parent = args.length > 2 ? Path.of(args[2]) : Path.of(System.getProperty("java.io.tmpdir"));
        Path folder = Files.createTempDirectory(parent, "dfile-bench");
        // Also after Ctrl-C: no node stays behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(folder), "clean-up"));
        if (what.equals("copies")) {
            new CopiesBench(folder, rounds).run();
        } else if (what.equals("repair")) {
            new RepairBench(folder, rounds).run();
        } else if (StoreBench.has(what)) {
            new StoreBench(folder, rounds).run(what);
        } else {
            new BenchMain(folder, rounds).run(what);
        }
        System.exit(0);
    }

    private static void cleanUp(Path folder) {
        try {
            BenchCluster.downIfUp(folder);
            CopiesBench.downIfUp(folder);
            deleteAtLast(folder);
        } catch (IOException e) {
            System.err.println("left behind: " + folder + ": " + e.getMessage());
        }
    }

    /** After Ctrl-C the measurement still makes and removes files, until the process ends. */
    private static void deleteAtLast(Path folder) throws IOException {
        for (int left = MOST_DELETIONS; Files.exists(folder); left--) {
            try {
                delete(folder);
            } catch (IOException | UncheckedIOException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private void run(String what) throws Exception {
        BenchCluster cluster = BenchCluster.create(folder, NODES, 1);
        figures.add("first up, s", cluster.up());
        if (what.equals("memory") || what.equals("all")) {
            memory(cluster);
        }
        try (DFileSystem files = cluster.connect()) {
            Workloads work = new Workloads(files);
            if (what.equals("reads") || what.equals("all")) {
                reads(work);
            }
            if (what.equals("creates") || what.equals("all")) {
                creates(work);
            }
            if (what.equals("bulk") || what.equals("all")) {
                bulk(work);
            }
        }
        if (what.equals("start") || what.equals("all")) {
            start(cluster);
        }
    }

    private void reads(Workloads work) throws Exception {
        List<DFile> open = work.openFiles();
        try (ArteryLimit artery = ArteryLimit.start(NODES)) {
            AtomicLong ids = new AtomicLong();
            for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
                System.out.println(round < 1 ? "reads: warm-up" : "reads: round " + round);
                for (int inFlight : IN_FLIGHT) {
                    Rate dfile = work.read(open, inFlight, TIME);
                    Rate bare = Pipeline.run(
                            inFlight, TIME, n -> artery.ask(ids.incrementAndGet(), ArteryLimit.SMALL_BYTES));
                    Rate bareLarge =
                            Pipeline.run(inFlight, TIME, n -> artery.ask(ids.incrementAndGet(), Workloads.SMALL_BYTES));
                    if (round > 0) {
                        figures.add("4 KiB reads/s, " + inFlight + " in flight", dfile.perSecond());
                        figures.add("4 KiB read p50 us, " + inFlight + " in flight", dfile.p50Micros());
                        figures.add("4 KiB read p99 us, " + inFlight + " in flight", dfile.p99Micros());
                        figures.add("bare Artery 64 B/s, " + inFlight + " in flight", bare.perSecond());
                        figures.add("bare Artery 4 KiB/s, " + inFlight + " in flight", bareLarge.perSecond());
                    }
                }
            }
        }
        for (int inFlight : IN_FLIGHT) {
            figures.printMedian("4 KiB reads/s, " + inFlight + " in flight", "/s");
            figures.printMedian("4 KiB read p50 us, " + inFlight + " in flight", "us");
            figures.printMedian("4 KiB read p99 us, " + inFlight + " in flight", "us");
            figures.printMedian("bare Artery 64 B/s, " + inFlight + " in flight", "/s");
            figures.printMedian("bare Artery 4 KiB/s, " + inFlight + " in flight", "/s");
            figures.printRatio(
                    "4 KiB reads/s, " + inFlight + " in flight", "bare Artery 64 B/s, " + inFlight + " in flight", 0.5);
            figures.printRatio(
                    "4 KiB reads/s, " + inFlight + " in flight",
                    "bare Artery 4 KiB/s, " + inFlight + " in flight",
                    0.5);
        }
    }

    private void creates(Workloads work) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            System.out.println(round == 0 ? "creates: warm-up" : "creates: round " + round);
            for (int inFlight : new int[] {1, 16}) {
                Rate rate = work.create(inFlight, TIME);
                if (round > 0) {
                    figures.add("4 KiB creates/s, " + inFlight + " in flight", rate.perSecond());
                    figures.add("4 KiB create p99 us, " + inFlight + " in flight", rate.p99Micros());
                }
            }
        }
        for (int inFlight : new int[] {1, 16}) {
            figures.printMedian("4 KiB creates/s, " + inFlight + " in flight", "/s");
            figures.printMedian("4 KiB create p99 us, " + inFlight + " in flight", "us");
        }
    }

    private void bulk(Workloads work) throws Exception {
        ByteBuffer content = ByteBuffer.allocate((int) BULK_BYTES);
        new Random(3).nextBytes(content.array());
        try (SocketLimit socket = SocketLimit.start(folder)) {
            for (int round = 0; round <= rounds; round++) {
                System.out.println(round == 0 ? "bulk: warm-up" : "bulk: round " + round);
                String name = "bench/bulk/" + round;
                double write = work.write(name, content);
                double bareWrite = socket.writeMegabytesPerSecond(BULK_BYTES);
                double read = work.read(name, BULK_BYTES, BULK_READS_IN_FLIGHT);
                double bareRead = socket.readMegabytesPerSecond(BULK_BYTES);
                if (round > 0) {
                    figures.add("write 1 GiB, MB/s", write);
                    figures.add("bare socket into fsynced file, MB/s", bareWrite);
                    figures.add("read 1 GiB, MB/s", read);
                    figures.add("bare socket from transferTo, MB/s", bareRead);
                }
            }
        }
        figures.printMedian("write 1 GiB, MB/s", "MB/s");
        figures.printMedian("bare socket into fsynced file, MB/s", "MB/s");
        figures.printRatio("write 1 GiB, MB/s", "bare socket into fsynced file, MB/s", 0.5);
        figures.printMedian("read 1 GiB, MB/s", "MB/s");
        figures.printMedian("bare socket from transferTo, MB/s", "MB/s");
        figures.printRatio("read 1 GiB, MB/s", "bare socket from transferTo, MB/s", 0.35);
    }

    private void memory(BenchCluster cluster) throws IOException {
        double idle = mean(cluster.residentKib());
        figures.add("idle node, MiB resident", idle / 1024);
        try (DFileSystem files = cluster.connect()) {
            for (int file = 0; file < MANY_FILES; file++) {
                Workloads.join(files.write("bench/many/" + file, new byte[0]));
            }
            double busy = mean(cluster.residentKib());
            figures.add("per open file, KiB resident (garbage included)", (busy - idle) * NODES / MANY_FILES);
        }
        figures.printMedian("idle node, MiB resident", "MiB");
        figures.printMedian("per open file, KiB resident (garbage included)", "KiB");
    }

    private static double mean(List<Long> kib) {
        return kib.stream().mapToLong(Long::longValue).average().orElseThrow();
    }

    private void start(BenchCluster cluster) throws IOException {
        for (int round = 0; round < rounds; round++) {
            cluster.down();
            figures.add("up of 3 formed nodes, s", cluster.up());
        }
        figures.printMedian("first up, s", "s");
        figures.printMedian("up of 3 formed nodes, s", "s");
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
