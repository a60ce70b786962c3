package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;
import static org.dfile.client.internal.Stages.utf8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.client.ListPage;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.InvalidFileNameException;
import org.dfile.model.Receipt;
import org.dfile.model.VolumeId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FileSystemTest {

    private static final int MIB = 1 << 20;

    private final FakeCluster cluster = new FakeCluster(3);
    private DFileSystem files = cluster.connect();

    private final List<DFileSystem> all = new ArrayList<>(List.of(files));

    @AfterEach
    void close() {
        all.forEach(DFileSystem::close);
    }

    private void connect(org.dfile.client.ClientSettings settings) {
        files = cluster.connect(settings);
        all.add(files);
    }

    private long sent(Class<?> type) {
        return cluster.calls.stream().filter(type::isInstance).count();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    class WholeFiles {

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 4_096, MIB})
        void small_takeOneRoundTripEach(int byteCount) {
            byte[] content = random(byteCount);
            Receipt receipt = get(files.write("f", content));
            assertThat(receipt.byteCount()).isEqualTo(byteCount);
            assertThat(cluster.calls).hasSize(1);
            assertThat(get(files.readAll("f"))).isEqualTo(content);
            assertThat(cluster.calls).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {MIB + 1, 2 * MIB, 10 * MIB + 17})
        void large_areSentAheadAndPublishedOnce(int byteCount) {
            byte[] content = random(byteCount);
            Receipt receipt = get(files.write("f", content));
            assertThat(receipt.byteCount()).isEqualTo(byteCount);
            assertThat(receipt.crc32c())
                    .isEqualTo(org.dfile.model.Bytes.of(content).crc32c());
            assertThat(sent(Call.Stage.class)).isEqualTo((byteCount + MIB - 1) / MIB);
            assertThat(sent(Call.Apply.class)).isEqualTo(1);
            assertThat(get(files.readAll("f"))).isEqualTo(content);
        }

        @Test
        void modes_areKept() {
            assertThat(failure(files.write("f", utf8("x"), WriteMode.REPLACE_EXISTING)))
                    .isInstanceOf(Failure.NoSuchFile.class);
            get(files.write("f", utf8("one"), WriteMode.CREATE_NEW));
            assertThat(failure(files.write("f", utf8("x"), WriteMode.CREATE_NEW)))
                    .isInstanceOf(Failure.FileExists.class);
            assertThat(failure(files.write("f", ByteBuffer.allocate(2 * MIB), WriteMode.CREATE_NEW)))
                    .isInstanceOf(Failure.FileExists.class);
            get(files.write("f", utf8("two"), WriteMode.REPLACE_EXISTING));
            assertThat(get(files.readAll("f"))).isEqualTo(bytes("two"));
        }

        @Test
        void callersBuffer_keepsPositionAndLimit() {
            ByteBuffer buffer = utf8("__content__").position(2).limit(9);
            get(files.write("f", buffer, WriteMode.REPLACE));
            assertThat(buffer.position()).isEqualTo(2);
            assertThat(buffer.limit()).isEqualTo(9);
            assertThat(get(files.readAll("f"))).isEqualTo(bytes("content"));
        }

        @Test
        void whatWasSentAheadIsLost_isSentAgain() {
            byte[] content = random(3 * MIB);
            AtomicInteger publishes = new AtomicInteger();
            cluster.rule = (to, call) -> {
                if (call instanceof Call.Apply apply
                        && apply.change() instanceof Change.Publish
                        && publishes.incrementAndGet() == 1) {
                    cluster.nodeOf("f").restart();
                }
                return FakeCluster.DELIVER;
            };
            get(files.write("f", content));
            assertThat(publishes).hasValue(2);
            assertThat(get(files.readAll("f"))).isEqualTo(content);
        }

        @Test
        void append_createsAndTellsTheOffset() {
            assertThat(get(files.append("f", bytes("abc"))).offset()).isZero();
            assertThat(get(files.append("f", bytes("de"))).offset()).isEqualTo(3);
            assertThatThrownBy(() -> files.append("f", new byte[MIB + 1])).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void append_whoseAnswerWasLost_takesEffectOnce() {
            connect(FakeCluster.impatient().build());
            AtomicInteger appends = new AtomicInteger();
            cluster.rule = (to, call) -> call instanceof Call.Apply && appends.incrementAndGet() <= 2
                    ? FakeCluster.LOSE_REPLY
                    : FakeCluster.DELIVER;
            get(files.append("f", bytes("once")));
            assertThat(appends).hasValue(3);
            assertThat(get(files.readAll("f"))).isEqualTo(bytes("once"));
        }

        @Test
        void readAll_aboveTheLimit_fails() {
            connect(FakeCluster.settings().maxBytesInFlight(2 * MIB).build());
            get(files.write("f", new byte[2 * MIB]));
            assertThat(get(files.readAll("f"))).hasSize(2 * MIB);
            get(files.append("f", new byte[1]));
            assertThat(failure(files.readAll("f"))).isInstanceOf(Failure.TooLongToHold.class);
        }

        @Test
        void delete_removesOnce() {
            get(files.write("f", bytes("x")));
            assertThat(get(files.exists("f"))).isTrue();
            get(files.delete("f"));
            assertThat(get(files.exists("f"))).isFalse();
            assertThat(failure(files.stat("f"))).isInstanceOf(Failure.NoSuchFile.class);
            assertThat(failure(files.delete("f"))).isInstanceOf(Failure.NoSuchFile.class);
        }

        @Test
        void badNames_throwAtTheCall() {
            for (String name : List.of("", "/a", "a/", "a//b", ".", "a/..", "a\0b", "x".repeat(256))) {
                assertThatThrownBy(() -> files.readAll(name)).isInstanceOf(InvalidFileNameException.class);
                assertThatThrownBy(() -> files.write(name, new byte[0])).isInstanceOf(InvalidFileNameException.class);
                assertThatThrownBy(() -> files.stat(name)).isInstanceOf(InvalidFileNameException.class);
            }
            assertThat(cluster.calls).isEmpty();
        }

        @Test
        void nameAtTheLimit_works() {
            String name = ("x".repeat(255) + "/").repeat(15) + "y".repeat(255) + "z";
            String longest = name.substring(0, 4_095);
            get(files.write(longest, bytes("x")));
            assertThat(get(files.stat(longest)).name().byteCount()).isEqualTo(4_095);
        }
    }

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
    class Limits {

        @Test
        void bytesBeyondTheLimit_areRefusedAtOnce() {
            connect(FakeCluster.settings().maxBytesInFlight(3 * MIB).build());
            CountDownLatch hold = new CountDownLatch(1);
            cluster.onNetwork(() -> uninterruptibly(hold));
            List<CompletionStage<Receipt>> writes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writes.add(files.write("f" + i, new byte[MIB]));
            }
            assertThat(failure(files.write("g", new byte[1]))).isInstanceOf(Failure.ClientBusy.class);
            assertThat(sent(Call.Apply.class)).isEqualTo(3);
            hold.countDown();
            writes.forEach(Stages::get);
            get(files.write("g", new byte[MIB]));
        }

        @Test
        void callsBeyondTheLimit_areRefusedAtOnce() {
            connect(FakeCluster.settings().maxCalls(2).build());
            CountDownLatch hold = new CountDownLatch(1);
            cluster.onNetwork(() -> uninterruptibly(hold));
            CompletionStage<Boolean> one = files.exists("a");
            CompletionStage<Boolean> two = files.exists("b");
            assertThat(failure(files.exists("c"))).isInstanceOf(Failure.ClientBusy.class);
            hold.countDown();
            get(one);
            get(two);
            assertThat(get(files.exists("c"))).isFalse();
        }

        /** Slow answers, files much larger than the limit: never more under way than the limit, and all of it arrives. */
        @Test
        void longOperations_paceThemselvesUnderTheLimit() {
            connect(FakeCluster.settings()
                    .maxBytesInFlight(3 * MIB)
                    .chunksInFlight(8)
                    .build());
            Budget budget = ((FileSystemClient) files).budget();
            cluster.rule = (to, call) -> new FakeCluster.Fate.DelayReply(1);
            byte[] big = random(30 * MIB + 1);
            CompletionStage<Receipt> one = files.write("one", big);
            CompletionStage<Receipt> two = files.write("two", big);
            DFile file = get(files.open("three", "w"));
            CompletionStage<Receipt> three = file.write(ByteBuffer.wrap(big));
            get(one);
            get(two);
            assertThat(get(three).byteCount()).isEqualTo(big.length);
            get(files.write("copy", files.publisher("one"), WriteMode.REPLACE));
            assertThat(cluster.nodeOf("copy").content("copy")).isEqualTo(big);
            assertThat(cluster.nodeOf("three").content("three")).isEqualTo(big);
            assertThat(cluster.mostBytes.get()).isBetween((long) MIB, 3L * MIB);
            assertThat(budget.bytesInFlight()).isZero();
        }

        @Test
        void everythingEnded_nothingIsHeld() {
            Budget budget = ((FileSystemClient) files).budget();
            get(files.write("f", new byte[3 * MIB]));
            get(files.readAll("f"));
            failure(files.readAll("none"));
            failure(files.delete("none"));
            assertThat(budget.bytesInFlight()).isZero();
            assertThat(budget.callsInFlight()).isZero();
        }

        @Test
        void idleSessions_areDropped_andDrawnAnew() {
            connect(FakeCluster.settings().maxSessions(3).build());
            for (int i = 0; i < 20; i++) {
                get(files.write("f" + i, new byte[1]));
            }
            assertThat(((FileSystemClient) files).sessionCount()).isEqualTo(3);
            get(files.append("f0", new byte[1]));
            assertThat(get(files.stat("f0")).length()).isEqualTo(2);
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
            cluster.onNetwork(() -> uninterruptibly(hold));
            CompletableFuture<String> thread = new CompletableFuture<>();
            CompletableFuture<String> refused = new CompletableFuture<>();
            Futures.atEnd(
                    files.exists("f"),
                    (found, error) -> thread.complete(Thread.currentThread().getName()));
            executor.execute(() -> uninterruptibly(hold));
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

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
