package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.dfile.cluster.Stages;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.ReservedNames;
import org.dfile.replication.history.Call;
import org.dfile.replication.history.Linearizability;
import org.dfile.replication.history.ModelFile;
import org.dfile.replication.history.Seen;
import org.jspecify.annotations.Nullable;

/** What must hold once all faults are mended. */
final class Aftermath {

    /** The session of the calls made here. */
    private static final int LAST_CLIENT = 0;

    /** More histories than that that the check gives up on, in percent, prove too little. */
    private static final int MOST_UNDECIDED_PERCENT = 10;

    /** No file tells of the host list with which a cluster begins. */
    private static final int FIRST_LIST = 1;

    private final ThrashedCluster cluster;
    private final List<FileHistory> histories;
    private final List<RememberedLane> remembered;
    private final Caller caller;
    private final Map<String, Bytes> lastSeen = new HashMap<>();
    private final Stopwatch mended = new Stopwatch();
    private long cleanAfterMillis;
    private long equalAfterMillis;
    private int undecided;

    Aftermath(ThrashedCluster cluster, List<FileHistory> histories, List<RememberedLane> remembered, Tally tally) {
        this.cluster = cluster;
        this.histories = histories;
        this.remembered = remembered;
        this.caller = new Caller(LAST_CLIENT, cluster.connect(), tally);
    }

    // -- through a client

    /** Every file can be changed and read, soon; and whatever was acknowledged is there. */
    void everythingWorks() {
        long end = System.nanoTime() + ThrasherTest.CLEAN_WITHIN.toNanos();
        for (FileHistory file : histories) {
            appendUntilAcknowledged(file, end);
        }
        for (FileHistory file : histories) {
            readUntilAnswered(file, end);
        }
        cleanAfterMillis = mended.elapsed().toMillis();
        remembered.forEach(lane -> checkRemembered(lane, end));
        caller.tally().failOnSurprise();
    }

    private void appendUntilAcknowledged(FileHistory file, long end) {
        long id = MixedLane.nextId();
        until(
                end,
                "append to " + file.name(),
                () -> caller.change(
                        file,
                        new Change.Append(
                                Change.ANY_GENERATION, true, file.scale().model(id, 1)),
                        true,
                        () -> caller.files().append(file.name(), file.scale().real(id, 1))));
    }

    private void readUntilAnswered(FileHistory file, long end) {
        until(
                end,
                "read " + file.name(),
                () -> caller.ask(file, null, () -> caller.files().readAll(file.name()), bytes -> {
                    Bytes seen = file.scale().modelOf(ByteBuffer.wrap(bytes));
                    lastSeen.put(file.name(), seen);
                    return new Seen.Text(seen);
                }));
    }

    /** Calls until there is an answer; the stage completes with null if there is none. */
    private static void until(long end, String what, Supplier<CompletionStage<?>> call) {
        @Nullable Object answer = null;
        while (answer == null) {
            assertThat(System.nanoTime() - end)
                    .as("%s does not succeed within %s after the faults", what, ThrasherTest.CLEAN_WITHIN)
                    .isNegative();
            answer = Stages.get(call.get());
        }
    }

    private void checkRemembered(RememberedLane lane, long end) {
        for (String name : lane.acknowledged()) {
            byte[][] found = new byte[1][];
            until(
                    end,
                    "read " + name,
                    () -> caller.files().readAll(name).handle((bytes, error) -> {
                        if (error != null && (Fate.of(error) == Fate.JUDGED || Fate.of(error) == Fate.SURPRISING)) {
                            throw new AssertionError("LOST: " + name + " was acknowledged: " + error, error);
                        }
                        found[0] = bytes;
                        return bytes;
                    }));
            assertThat(found[0]).as("LOST: %s was acknowledged", name).isEqualTo(RememberedLane.bytesOf(name));
        }
    }

    // -- on the disks

    /**
     * Waits until the nodes, which bring copies together in the background, say that all are alike; stops them, and looks
     * at each volume by itself.
     */
    void everyReplicaHoldsEverything() {
        try (CopiesWatch watch = new CopiesWatch(cluster.list())) {
            Duration sinceServed = mended.elapsed().minusMillis(cleanAfterMillis);
            watch.awaitAlike(ThrasherTest.EQUAL_WITHIN.minus(sinceServed));
        }
        equalAfterMillis = mended.elapsed().toMillis();
        cluster.stopAll();
        try (Replicas replicas = Replicas.open(cluster)) {
            Map<String, Map<String, Replicas.Copy>> files = replicas.all();
            assertThat(replicas.differences(files))
                    .as("files whose copies differ, though the nodes say that all are alike")
                    .isEmpty();
            requireEverything(replicas, files);
        }
    }

    private void requireEverything(Replicas replicas, Map<String, Map<String, Replicas.Copy>> files) {
        for (FileHistory file : histories) {
            requireOnEach(replicas, files, file.name());
            for (String host : replicas.hostsOf(file.name())) {
                Bytes there = file.scale().modelOf(ByteBuffer.wrap(replicas.read(host, file.name())));
                assertThat(there).as("LOST: %s on %s", file.name(), host).isEqualTo(lastSeen.get(file.name()));
            }
        }
        Set<String> unexpected = new HashSet<>(files.keySet());
        histories.forEach(file -> unexpected.remove(file.name()));
        for (long version = FIRST_LIST + 1; version <= cluster.list().version(); version++) {
            String name = ReservedNames.hostList(version).toString();
            requireOnEach(replicas, files, name);
            unexpected.remove(name);
        }
        remembered.forEach(lane -> requireRemembered(replicas, files, unexpected, lane));
        assertThat(unexpected).as("names that nobody wrote").isEmpty();
    }

    private void requireRemembered(
            Replicas replicas,
            Map<String, Map<String, Replicas.Copy>> files,
            Set<String> unexpected,
            RememberedLane lane) {
        for (String name : lane.acknowledged()) {
            requireOnEach(replicas, files, name);
        }
        lane.doubtful().forEach((name, fate) -> {
            if (fate == Fate.REFUSED) {
                assertThat(files.getOrDefault(name, Map.of()))
                        .as("%s was refused", name)
                        .isEmpty();
            }
        });
        unexpected.removeAll(lane.acknowledged());
        unexpected.removeAll(lane.doubtful().keySet());
        for (Map.Entry<String, Map<String, Replicas.Copy>> file : files.entrySet()) {
            if (lane.wrote(file.getKey())) {
                for (String host : file.getValue().keySet()) {
                    assertThat(replicas.read(host, file.getKey()))
                            .as("LOST: %s on %s", file.getKey(), host)
                            .isEqualTo(RememberedLane.bytesOf(file.getKey()));
                }
            }
        }
    }

    private static void requireOnEach(Replicas replicas, Map<String, Map<String, Replicas.Copy>> files, String name) {
        assertThat(files.getOrDefault(name, Map.of()).keySet())
                .as("LOST: replicas that hold %s, which was acknowledged", name)
                .containsExactlyInAnyOrderElementsOf(replicas.hostsOf(name));
    }

    // -- histories

    void historiesAreLinearizable() {
        List<Linearizability.Verdict> verdicts = histories.parallelStream()
                .map(file -> verdict(file.name(), file.calls()))
                .toList();
        undecided = (int) verdicts.stream()
                .filter(Linearizability.Verdict.UNDECIDED::equals)
                .count();
        assertThat(undecided * 100)
                .as("histories of %s that cannot be decided, in percent", histories.size())
                .isLessThanOrEqualTo(MOST_UNDECIDED_PERCENT * histories.size());
    }

    private static Linearizability.Verdict verdict(String name, List<Call> calls) {
        Linearizability.Verdict verdict = Linearizability.check(calls);
        assertThat(verdict)
                .as(() -> "the history of " + name + ": " + Linearizability.explain(ModelFile.NEW, calls))
                .isNotEqualTo(Linearizability.Verdict.NOT_LINEARIZABLE);
        return verdict;
    }

    /** Time since the last fault was mended. */
    private static final class Stopwatch {
        private final long began = System.nanoTime();

        Duration elapsed() {
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    @Override
    public String toString() {
        return "all served after " + cleanAfterMillis / 1000.0 + " s, copies equal after " + equalAfterMillis / 1000.0
                + " s, " + histories.size() + " histories checked ("
                + undecided + " undecided), "
                + remembered.stream()
                        .mapToInt(lane -> lane.acknowledged().size())
                        .sum() + " files on all replicas";
    }
}
