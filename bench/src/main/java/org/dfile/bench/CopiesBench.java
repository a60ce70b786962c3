package org.dfile.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.dfile.bench.Pipeline.Rate;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.WriteMode;

/** What three copies of each file cost beside one: the same work on two clusters of three local nodes, in turn. */
final class CopiesBench {

    private static final int NODES = 3;
    private static final int[] COPIES = {1, 3};
    private static final int MOST_IN_FLIGHT = 128;
    private static final int[] IN_FLIGHT = {1, 16, MOST_IN_FLIGHT};
    private static final Duration TIME = Duration.ofSeconds(4);
    /** Nodes are compiling for about half a minute of work; with three copies they have more to compile. */
    private static final int WARM_UP_ROUNDS = 8;

    private static final int BULK_BYTES = 1 << 30;
    private static final int BULK_READS_IN_FLIGHT = 8;
    private static final int APPEND_BYTES = 100;

    private static final double BULK_WRITE_AIM = 0.22;
    private static final double READ_AIM = 0.4;
    private static final double PIPELINED_READ_AIM = 0.8;

    private final Figures figures = new Figures(System.out);
    private final Path folder;
    private final int rounds;

    CopiesBench(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    static void downIfUp(Path folder) throws IOException {
        for (int copies : COPIES) {
            BenchCluster.downIfUp(folder.resolve("copies" + copies));
        }
    }

    private static String of(int copies) {
        return "R = " + copies + ", ";
    }

    /**
     * Each cluster is up alone while it is measured, since nodes that idle still cost time on few cores. Who is first changes
     * with the round.
     */
    void run() throws Exception {
        for (int copies : COPIES) {
            Path own = Files.createDirectory(folder.resolve("copies" + copies));
            BenchCluster.create(own, NODES, copies);
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < COPIES.length; turn++) {
                int copies = COPIES[(round + turn) % COPIES.length];
                System.out.println("copies: round " + (round + 1) + ", " + copies + " of each file");
                BenchCluster cluster = BenchCluster.in(folder.resolve("copies" + copies));
                cluster.up();
                try (DFileSystem files = cluster.connect()) {
                    measure(files, copies, round);
                }
                cluster.down();
            }
        }
        print();
    }

    private void measure(DFileSystem files, int copies, int round) throws Exception {
        Workloads work = new Workloads(files, "copies/" + round);
        List<DFile> open = work.openFiles();
        for (int warmUp = 0; warmUp < WARM_UP_ROUNDS; warmUp++) {
            work.read(open, MOST_IN_FLIGHT, TIME);
            work.create(MOST_IN_FLIGHT, TIME);
        }
        for (int inFlight : IN_FLIGHT) {
            figures.add(
                    of(copies) + "4 KiB reads/s, " + inFlight + " in flight",
                    work.read(open, inFlight, TIME).perSecond());
            figures.add(
                    of(copies) + "4 KiB creates/s, " + inFlight + " in flight",
                    work.create(inFlight, TIME).perSecond());
        }
        appends(files, copies, round);
        ByteBuffer content = ByteBuffer.allocate(BULK_BYTES);
        new Random(round).nextBytes(content.array());
        String name = "copies/bulk/" + round;
        figures.add(of(copies) + "write 1 GiB, MB/s", work.write(name, content));
        figures.add(of(copies) + "read 1 GiB, MB/s", work.read(name, BULK_BYTES, BULK_READS_IN_FLIGHT));
        Workloads.join(files.delete(name));
    }

    private void appends(DFileSystem files, int copies, int round) throws InterruptedException {
        byte[] line = new byte[APPEND_BYTES];
        String name = "copies/appends/" + round;
        Workloads.join(files.write(name, ByteBuffer.allocate(0), WriteMode.REPLACE));
        Rate rate = Pipeline.run(1, TIME, number -> files.append(name, line));
        figures.add(of(copies) + "append p50 us, 1 in flight", rate.p50Micros());
        figures.add(of(copies) + "append p99 us, 1 in flight", rate.p99Micros());
    }

    private void print() {
        for (int inFlight : IN_FLIGHT) {
            print(
                    "4 KiB reads/s, " + inFlight + " in flight",
                    inFlight == MOST_IN_FLIGHT ? PIPELINED_READ_AIM : READ_AIM,
                    "/s");
        }
        for (int inFlight : IN_FLIGHT) {
            print("4 KiB creates/s, " + inFlight + " in flight", 0, "/s");
        }
        print("append p50 us, 1 in flight", 0, "us");
        print("append p99 us, 1 in flight", 0, "us");
        print("write 1 GiB, MB/s", BULK_WRITE_AIM, "MB/s");
        print("read 1 GiB, MB/s", 0, "MB/s");
    }

    private void print(String what, double aim, String unit) {
        for (int copies : COPIES) {
            figures.printMedian(of(copies) + what, unit);
        }
        figures.printRatio(of(3) + what, of(1) + what, aim);
    }
}
