package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.dfile.client.DFileSystem;

/** One run: a cluster, clients, faults; then everything must become clean, and all that was acknowledged be there. */
final class Thrasher {

    /** Fewer acknowledged calls a second than that for each copy, on average, prove too little. */
    private static final double LEAST_PER_SECOND_AND_COPY = 30;

    private static final int CLIENTS = 4;
    private static final int WIDE_BLOCK_BYTES = 80 << 10;

    private final int nodes;
    private final int replicas;
    private final long seed;
    private final UnaryOperator<DFileSystem> wrapper;
    private final Tally tally = new Tally();
    private final Board small = new Board("small", Scale.ONE, 3);
    private final Board wide = new Board("wide", Scale.ofBlocks(WIDE_BLOCK_BYTES), 2);
    private final Board large = new Board("large", PutLane.SCALE, 2);
    private final List<RememberedLane> remembered = new ArrayList<>();

    /**
     * Prepares a run.
     *
     * @param wrapper of each client, for tests that break one
     */
    Thrasher(int nodes, int replicas, long seed, UnaryOperator<DFileSystem> wrapper) {
        this.nodes = nodes;
        this.replicas = replicas;
        this.seed = seed;
        this.wrapper = wrapper;
    }

    /** What is done to the cluster while clients work. */
    interface Trouble {
        void make(ThrashedCluster cluster, Tally tally) throws IOException;
    }

    static Trouble nemesis(long seed, Duration time) {
        return (cluster, tally) -> new Nemesis(cluster, new Random(seed), tally).thrash(time);
    }

    /** Runs, prints what has happened in one line, and fails if anything is not as it must be. */
    void run(Path folder, Trouble trouble) throws IOException {
        ThrashedCluster cluster = ThrashedCluster.start(folder, nodes, replicas);
        try (cluster) {
            thrash(cluster, trouble);
        } catch (Throwable e) {
            Path kept = Path.of("target", "thrasher", Long.toString(seed));
            cluster.keepLogs(kept);
            System.out.println("thrasher, " + this + ": FAILED, -Ddfile.seed=" + seed + ", logs in " + kept + ": " + e);
            throw e;
        }
    }

    private void thrash(ThrashedCluster cluster, Trouble trouble) throws IOException {
        List<Lane> lanes = lanes(cluster);
        tally.begin();
        Traffic traffic = new Traffic(lanes, tally);
        try {
            trouble.make(cluster, tally);
        } finally {
            traffic.stop();
        }
        tally.failOnSurprise();
        double seconds = tally.minutes() * 60;
        Aftermath aftermath = new Aftermath(cluster, histories(), remembered, tally);
        aftermath.everythingWorks();
        aftermath.everyReplicaHoldsEverything();
        aftermath.historiesAreLinearizable();
        System.out.println("thrasher, " + this + ": " + tally + ", " + aftermath + ", losses 0");
        assertThat(tally.acknowledged())
                .as("calls acknowledged in %s s", seconds)
                .isGreaterThan((long) (LEAST_PER_SECOND_AND_COPY / replicas * seconds));
    }

    private List<Lane> lanes(ThrashedCluster cluster) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Lane> lanes = new ArrayList<>();
        for (int number = 1; number <= CLIENTS; number++) {
            Caller caller = new Caller(number, wrapper.apply(cluster.connect()), tally);
            lanes.add(new MixedLane(caller, small, random.split(), Duration.ofMillis(15)));
            lanes.add(new MixedLane(caller, wide, random.split(), Duration.ofMillis(100)));
            lanes.add(new PutLane(caller, large, random.split(), Duration.ofMillis(400)));
            RememberedLane files =
                    new RememberedLane(caller, "remembered/" + number, random.split(), Duration.ofMillis(20));
            remembered.add(files);
            lanes.add(files);
        }
        return lanes;
    }

    private List<FileHistory> histories() {
        return Stream.of(small, wide, large)
                .flatMap(board -> board.all().stream())
                .toList();
    }

    @Override
    public String toString() {
        return nodes + " nodes, R = " + replicas;
    }
}
