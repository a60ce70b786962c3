package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.utf8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFile;
import org.dfile.client.ListPage;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.ReservedNames;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listings, hosts that do not answer as they should, and the end of a client. */
@Timeout(30)
class FileSystemTest extends ClientFixture {

    @Nested
    class Listings {

        @Test
        void pages_joinAllHostsInOrder() {
            for (int i = 0; i < 2_500; i++) {
                files.write(String.format("dir/%05d", i), new byte[0]);
            }
            get(files.write("other", new byte[0]));
            List<String> names = new ArrayList<>();
            String after = "";
            while (true) {
                ListPage page = get(files.list("dir/", after));
                assertThat(page.files()).hasSizeLessThanOrEqualTo(1_000);
                page.files().forEach(file -> names.add(file.name().toString()));
                if (page.next().isEmpty()) {
                    break;
                }
                after = page.next().orElseThrow();
            }
            assertThat(names).hasSize(2_500).isSorted().doesNotHaveDuplicates();
        }

        @Test
        void deletedNames_areHidden_evenIfTheyFillPages() {
            for (int i = 0; i < 1_500; i++) {
                String name = String.format("%05d", i);
                files.write(name, new byte[0]);
                files.delete(name);
            }
            get(files.write("last", new byte[0]));
            ListPage page = get(files.list(""));
            assertThat(page.files()).extracting(file -> file.name().toString()).containsExactly("last");
            assertThat(page.next()).isEmpty();
        }

        @Test
        void reservedNames_areHidden_evenIfTheyFillPages() {
            for (int i = 0; i < 1_500; i++) {
                files.write(String.format("%s%05d", ReservedNames.PREFIX, i), new byte[0]);
            }
            get(files.write("last", new byte[0]));
            ListPage page = get(files.list(""));
            assertThat(page.files()).extracting(file -> file.name().toString()).containsExactly("last");
            assertThat(page.next()).isEmpty();
            assertThat(get(files.list(ReservedNames.PREFIX)).files()).hasSize(1_000);
        }

        @Test
        void silentHost_makesThePageFail_unlessPartial() {
            connect(FakeCluster.settings().deadline(Duration.ofMillis(300)).build());
            for (int i = 0; i < 50; i++) {
                get(files.write("f" + i, new byte[0]));
            }
            HostId silent = cluster.list().hosts().get(1).id();
            cluster.rule = (to, call) -> to.equals(silent) ? FakeCluster.LOSE_CALL : FakeCluster.DELIVER;
            Failure failure = failure(files.list(""));
            assertThat(failure).isInstanceOf(Failure.ListingIncomplete.class);
            assertThat(failure.message()).contains(silent.text());
            ListPage page = get(files.listPartial("", ""));
            assertThat(page.missing()).extracting(Host::id).containsExactly(silent);
            assertThat(page.files()).isNotEmpty().hasSizeLessThan(50);
        }
    }

    @Nested
    class Hosts {

        @Test
        void silentHost_timesOutNamingIt() {
            connect(FakeCluster.settings().deadline(Duration.ofMillis(300)).build());
            cluster.rule = (to, call) -> FakeCluster.LOSE_CALL;
            Host host = files.where("f").get(0);
            assertThat(failure(files.readAll("f")))
                    .isInstanceOfSatisfying(
                            Failure.TimedOut.class,
                            late -> assertThat(late.host()).isEqualTo(host.id()));
            assertThat(failure(files.write("f", bytes("x"))))
                    .isInstanceOfSatisfying(
                            Failure.TimedOut.class,
                            late -> assertThat(late.address()).isEqualTo(host.address()));
        }

        @Test
        void busyHost_isAskedAgainUntilItHasRoom() {
            get(files.write("f", bytes("x")));
            AtomicInteger calls = new AtomicInteger();
            cluster.rule = (to, call) -> calls.incrementAndGet() % 4 == 0
                    ? FakeCluster.DELIVER
                    : new FakeCluster.Fate.AnswerWith(id -> new FileReply.Failed(id, new Failure.Busy("test", 1)));
            assertThat(get(files.readAll("f"))).isEqualTo(bytes("x"));
            get(files.append("f", bytes("y")));
            assertThat(calls).hasValue(8);
        }

        @Test
        void busyHost_tillTheDeadline_isReportedAsBusy() {
            connect(FakeCluster.settings().deadline(Duration.ofMillis(200)).build());
            cluster.rule = (to, call) ->
                    new FakeCluster.Fate.AnswerWith(id -> new FileReply.Failed(id, new Failure.Busy("test", 1)));
            assertThat(failure(files.readAll("f"))).isInstanceOf(Failure.Busy.class);
            assertThat(failure(files.write("f", bytes("x")))).isInstanceOf(Failure.Busy.class);
        }

        @Test
        void newerHostList_isTakenOver_foreignOrOlderOnesAreNot() {
            HostList known = files.hostList();
            HostList newer = new HostList(known.cluster(), 7, 1, known.hosts());
            HostList foreign = new HostList(
                    new org.dfile.model.ClusterId(java.util.UUID.randomUUID()),
                    9,
                    1,
                    List.of(new Host(
                            new HostId("evil"),
                            new org.dfile.model.HostAddress("127.0.0.1", 9),
                            new VolumeId(java.util.UUID.randomUUID()))));
            List<HostList> told = List.of(foreign, newer, known);
            AtomicInteger calls = new AtomicInteger();
            cluster.rule = (to, call) -> {
                int number = calls.getAndIncrement();
                return number < told.size()
                        ? new FakeCluster.Fate.AnswerWith(
                                id -> new FileReply.Failed(id, new Failure.StaleHostList(told.get(number))))
                        : FakeCluster.DELIVER;
            };
            get(files.write("f", bytes("x")));
            assertThat(files.hostList()).isEqualTo(newer);
        }
    }

    @Nested
    class Closing {

        @Test
        void pendingCalls_fail() {
            CountDownLatch hold = new CountDownLatch(1);
            cluster.rule = (to, call) -> FakeCluster.LOSE_CALL;
            List<CompletionStage<?>> pending = List.of(
                    files.readAll("f"),
                    files.write("f", new byte[1]),
                    files.append("f", new byte[1]),
                    files.write("g", new byte[70 * MIB]),
                    files.list(""),
                    files.write("h", subscriber -> {}, WriteMode.REPLACE));
            files.close();
            hold.countDown();
            for (CompletionStage<?> call : pending) {
                assertThat(failure(call)).isInstanceOfAny(Failure.ClientClosed.class, Failure.ListingIncomplete.class);
            }
            assertThat(cluster.closed).isTrue();
        }

        @Test
        void laterCalls_throw() {
            DFile file = get(files.open("f", "w"));
            files.close();
            files.close();
            assertThatThrownBy(() -> files.stat("f")).isInstanceOf(java.nio.file.ClosedFileSystemException.class);
            assertThatThrownBy(() -> file.write(utf8("x"))).isInstanceOf(java.nio.file.ClosedFileSystemException.class);
            assertThatThrownBy(() -> files.inputStream("f"))
                    .isInstanceOf(java.nio.file.ClosedFileSystemException.class);
        }
    }

    @Test
    void stages_completeOnTheCallersExecutor() {
        var executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "callers-own"));
        try {
            connect(FakeCluster.settings()
                    .callbackExecutor(executor)
                    .maxCalls(1)
                    .build());
            CountDownLatch hold = new CountDownLatch(1);
            cluster.onNetwork(() -> Stages.await(hold));
            CompletableFuture<String> thread = new CompletableFuture<>();
            CompletableFuture<String> refused = new CompletableFuture<>();
            Futures.atEnd(
                    files.exists("f"),
                    (found, error) -> thread.complete(Thread.currentThread().getName()));
            executor.execute(() -> Stages.await(hold));
            Futures.atEnd(
                    files.exists("f"),
                    (found, error) -> refused.complete(Thread.currentThread().getName()));
            hold.countDown();
            assertThat(get(thread)).isEqualTo("callers-own");
            assertThat(get(refused)).isEqualTo("callers-own");
        } finally {
            executor.shutdown();
        }
    }
}
