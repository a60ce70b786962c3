package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that clients cannot reach, clients that nodes cannot reach, and lists that are old or of somebody else. */
final class ReachabilityTest {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** What a loaded machine may take longer than a deadline says. */
    private static final Duration GRACE = Duration.ofSeconds(8);

    @TempDir
    private Path folder;

    @Test
    void aClient_thatNobodyCanDialBack_isToldSo() throws IOException {
        try (JvmCluster cluster = JvmCluster.start(folder, 2)) {
            int nobody = FreePorts.one();
            ClientSettings settings = ClientSettings.builder()
                    .contacts(FormedLists.addresses(cluster.list()))
                    .bind("127.0.0.1", FreePorts.one())
                    .canonical("127.0.0.1", nobody)
                    .connectTimeout(DEADLINE)
                    .build();
            Failure failure = within(
                    DEADLINE.plus(GRACE),
                    () -> Stages.failure(DFileSystem.connect(settings), Failure.NoReturnPath.class));
            assertThat(failure.message()).contains(Integer.toString(nobody)).contains("canonical");
        }
    }

    @Test
    void nobodyThere_isToldWithinTheTimeout() {
        HostAddress nobody = new HostAddress("127.0.0.1", FreePorts.one());
        ClientSettings settings = ClientSettings.builder()
                .contact(nobody)
                .connectTimeout(DEADLINE)
                .build();
        Failure failure = within(
                DEADLINE.plus(GRACE),
                () -> Stages.failure(DFileSystem.connect(settings), Failure.ClusterUnreachable.class));
        assertThat(failure.message()).contains(nobody.toString());
    }

    @Test
    void aStoppedNode_isNamedWithinTheDeadline_andTheOthersServe() throws IOException {
        try (JvmCluster cluster = JvmCluster.start(folder, 5)) {
            DFileSystem files = cluster.connect(settings -> settings.deadline(DEADLINE));
            List<String> names = names(40);
            Stages.getAll(names.stream()
                    .map(name -> files.write(name, name.getBytes(UTF_8)))
                    .toList());
            Host down = files.where(names.get(0)).get(0);
            DFile open = Stages.get(files.open(names.get(0), "r+"));
            cluster.stop(down.id());

            within(DEADLINE.plus(GRACE), () -> {
                assertNames(down, Stages.failure(open.append(UTF_8.encode("x")), Failure.TimedOut.class));
                return true;
            });
            assertNames(down, Stages.failure(files.readAll(names.get(0)), Failure.TimedOut.class));
            Failure listing = Stages.failure(files.list("file"), Failure.ListingIncomplete.class);
            assertThat(listing.message()).contains(down.id().text());
            List<String> served = names.stream()
                    .filter(name -> !files.where(name).contains(down))
                    .toList();
            assertThat(served).isNotEmpty();
            for (String name : served) {
                assertThat(Stages.get(files.readAll(name))).isEqualTo(name.getBytes(UTF_8));
            }
            ListPage partial = Stages.get(files.listPartial("file", ""));
            assertThat(partial.missing()).containsExactly(down);
            assertThat(partial.files()).hasSameSizeAs(served);

            cluster.start(down.id());
            assertThat(Stages.untilKnown(() -> files.readAll(names.get(0))))
                    .startsWith(names.get(0).getBytes(UTF_8));
            assertThat(Stages.get(files.list("file")).files()).hasSameSizeAs(names);
        }
    }

    private static void assertNames(Host down, Failure.TimedOut failure) {
        assertThat(failure.host()).isEqualTo(down.id());
        assertThat(failure.message())
                .contains(down.id().text())
                .contains(down.address().toString());
    }

    @Test
    void aClient_withAnOldHostList_goesOnByItself() throws IOException {
        try (JvmCluster cluster = JvmCluster.start(folder, 3)) {
            DFileSystem files = cluster.connect();
            List<String> names = names(12);
            Stages.getAll(names.stream()
                    .map(name -> files.write(name, name.getBytes(UTF_8)))
                    .toList());
            DFile open = Stages.get(files.open(names.get(0), "a+"));
            cluster.restart(FormedLists.next(cluster.list()));

            assertThat(files.hostList().version()).isEqualTo(1);
            assertThat(Stages.get(open.append(UTF_8.encode("!"))).offset())
                    .isEqualTo(names.get(0).length());
            for (String name : names) {
                assertThat(Stages.get(files.readAll(name))).startsWith(name.getBytes(UTF_8));
            }
            assertThat(Stages.get(files.list("file")).files()).hasSameSizeAs(names);
            assertThat(files.hostList()).isEqualTo(cluster.list());
            assertThat(files.hostList().version()).isEqualTo(2);
        }
    }

    /** The address of a host was given to a node of another cluster, whose host happens to have the same id. */
    @Test
    void aNodeOfAnotherCluster_storesNothingForThisOne() throws IOException {
        HostList ours = FormedLists.ofSize(2);
        HostList theirs = FormedLists.onPorts(
                List.of(FreePorts.one(), ours.hosts().get(1).address().port()));
        HostId first = ours.hosts().get(0).id();
        HostId second = ours.hosts().get(1).id();
        try (JvmCluster us = JvmCluster.prepare(folder.resolve("ours"), ours);
                JvmCluster them = JvmCluster.prepare(folder.resolve("theirs"), theirs)) {
            us.start(first);
            them.start(second);
            DFileSystem files = us.connect(
                    settings -> settings.deadline(DEADLINE),
                    List.of(ours.hosts().get(0).address()));
            String name = names(40).stream()
                    .filter(any -> files.where(any).get(0).id().equals(second))
                    .findFirst()
                    .orElseThrow();
            Failure.ForeignCluster failure =
                    Stages.failure(files.write(name, name.getBytes(UTF_8)), Failure.ForeignCluster.class);
            assertThat(failure.host()).isEqualTo(second);
            Stages.failure(files.readAll(name), Failure.ForeignCluster.class);
            assertThat(Stages.get(them.connect(
                                            settings -> settings.deadline(DEADLINE),
                                            List.of(theirs.hosts().get(1).address()))
                                    .listPartial("", ""))
                            .files())
                    .isEmpty();
        }
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "file" + i).toList();
    }

    private static <T> T within(Duration limit, Supplier<T> task) {
        long begin = System.nanoTime();
        T result = task.get();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(limit);
        return result;
    }
}
