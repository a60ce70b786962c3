package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.LIST_VERSION;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.TOKEN;
import static org.dfile.actors.Node.append;
import static org.dfile.actors.Node.stageId;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ProtocolVersion;
import org.dfile.protocol.ScrubReport;
import org.dfile.store.ConflictException;
import org.dfile.store.Damage;
import org.dfile.store.PoisonedException;
import org.dfile.store.ScrubStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileServerActorTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static FileName name(int number) {
        return FileName.of("file-" + number);
    }

    /** A change of file {@code A} is under way, and stays so until applies are released. */
    private static long beginCommitting(Node node) {
        int calls = node.store.applyCalls();
        node.store.holdApplies();
        long held = node.apply(A, 9, 1, append("held"));
        await().until(() -> node.store.applyCalls() > calls);
        return held;
    }

    @Nested
    class Routing {

        private final Node node = new Node(KIT, "");

        @Test
        void files_haveOneActorEach() {
            node.receipt(node.apply(name(1), 1, 1, append("one")));
            node.receipt(node.apply(name(2), 1, 1, append("two")));
            node.receipt(node.apply(name(1), 1, 2, append("!")));
            assertThat(node.contents(node.read(name(1), 0, 9))).isEqualTo("one!");
            assertThat(node.status().openFiles()).isEqualTo(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a b", "$x", "ä/€/日本", "a%2Fb", "-", "user/../x"})
        void names_ofAnyKind_areServed(String text) {
            if (text.contains("..")) {
                assertThatThrownBy(() -> FileName.of(text)).isInstanceOf(IllegalArgumentException.class);
                return;
            }
            node.receipt(node.apply(FileName.of(text), 1, 1, append("abc")));
            assertThat(node.contents(node.read(FileName.of(text), 0, 9))).isEqualTo("abc");
        }

        @Test
        void name_atItsLimit_isServed() {
            FileName longest = FileName.of(("x".repeat(255) + "/").repeat(15) + "y".repeat(255));
            assertThat(longest.byteCount()).isEqualTo(FileName.MAX_BYTES - 1);
            assertThat(node.receipt(node.apply(longest, 1, 1, append("abc"))).length())
                    .isEqualTo(3);
        }

        @Test
        void request_byAnOlderHostList_getsOurs() {
            assertThat(node.failure(node.stat(A, Node.list(LIST_VERSION - 1))))
                    .isEqualTo(new Failure.StaleHostList(Node.ALONE));
            node.list("", "", 10, Node.list(LIST_VERSION - 1));
            assertThat(node.lists.expectMessageClass(ListReply.ListFailed.class).failure())
                    .isEqualTo(new Failure.StaleHostList(Node.ALONE));
        }

        @Test
        void request_byANewerHostList_isRefusedAsNotExecuted() {
            assertThat(node.failure(node.stat(A, Node.list(LIST_VERSION + 1)))).isInstanceOf(Failure.Busy.class);
        }

        @Test
        void request_ofAnotherCluster_isRefused_whateverItsListVersion() {
            Failure foreign = new Failure.ForeignCluster(SELF, Node.CLUSTER);
            for (long version = LIST_VERSION - 1; version <= LIST_VERSION + 1; version++) {
                ListId theirs = new ListId(new ClusterId(new UUID(8, 8)), version);
                assertThat(node.failure(node.stat(A, theirs))).isEqualTo(foreign);
                node.list("", "", 10, theirs);
                assertThat(node.lists
                                .expectMessageClass(ListReply.ListFailed.class)
                                .failure())
                        .isEqualTo(foreign);
            }
        }

        @Test
        void request_forAFileOfAnotherHost_isRefused() {
            Node one = new Node(KIT, "", Node.TWO_HOSTS);
            Placement placement = new Placement(Node.TWO_HOSTS);
            FileName theirs = IntStream.range(0, 100)
                    .mapToObj(FileServerActorTest::name)
                    .filter(name -> placement.replicasOf(name).get(0).id().equals(Node.OTHER))
                    .findFirst()
                    .orElseThrow();
            assertThat(one.failure(one.stat(theirs))).isEqualTo(new Failure.NotAReplica(theirs, SELF));
            assertThat(one.status().openFiles()).isZero();
        }

        @Test
        void bulkAlias_passesRequestsOn() {
            ActorRef<NodeRequest> bulk = KIT.spawn(BulkAlias.create(node.files));
            bulk.tell(new FileRequest.Apply(
                    700, Node.ALONE.id(), A, Node.stamp(1, 1), append("abc"), node.replies.getRef()));
            assertThat(node.receipt(700).length()).isEqualTo(3);
        }
    }

    @Nested
    class Bounds {

        @Test
        void bytesInFlight_beyondTheLimit_areBusyUntilAnswered() {
            Node node = new Node(KIT, "max-bytes-in-flight = 100");
            long held = beginCommitting(node);
            long waiting = node.apply(A, 1, 1, append("x".repeat(90)));
            assertThat(node.failure(node.apply(name(1), 1, 1, append("x".repeat(20)))))
                    .isInstanceOf(Failure.Busy.class);
            assertThat(node.failure(node.read(name(1), 0, 20))).isInstanceOf(Failure.Busy.class);
            assertThat(node.failure(node.stage(name(1), stageId(1), 0, Node.bytes(20))))
                    .isInstanceOf(Failure.Busy.class);
            node.store.releaseApplies();
            node.receipt(held);
            node.receipt(waiting);
            for (int i = 0; i < 20; i++) {
                assertThat(node.contents(node.read(A, 0, 100))).hasSize(94);
                node.reply(node.stage(A, stageId(1), i * 100L, Node.bytes(100)));
            }
        }

        @Test
        void bytesOfACrashedFile_areGivenBack() {
            Node node = new Node(KIT, "max-bytes-in-flight = 100, gap-timeout = 1 minute");
            long waiting = node.apply(A, 1, 5, append("x".repeat(80)));
            node.store.failNext(InMemoryFileStore.Call.APPLY, new ConflictException("bug"));
            node.failure(node.apply(A, 2, 1, append("y")));
            assertThat(node.failure(waiting)).isInstanceOf(Failure.Busy.class);
            await().until(() -> node.status().openFiles() == 0);
            node.receipt(node.apply(A, 1, 1, append("x".repeat(100))));
        }

        @Test
        void openFiles_nearTheLimit_closeTheIdlest() {
            Node node = new Node(KIT, "max-open-files = 16");
            for (int number = 0; number < 100; number++) {
                FileName name = name(number);
                await().pollDelay(Duration.ZERO)
                        .until(() -> node.reply(node.apply(name, 1, 1, append("abc"))) instanceof FileReply.Changed);
                assertThat(node.status().openFiles()).isLessThanOrEqualTo(16);
            }
        }

        @Test
        void openFiles_allInUse_areBusy() {
            Node node = new Node(KIT, "max-open-files = 2");
            CountDownLatch reads = node.store.holdReads();
            node.read(name(1), 0, 1);
            node.read(name(2), 0, 1);
            assertThat(node.failure(node.read(name(3), 0, 1))).isInstanceOf(Failure.Busy.class);
            reads.countDown();
            node.reply(1);
            node.reply(2);
        }

        @Test
        void file_thatCrashed_isStartedByTheNextRequest() {
            Node node = new Node(KIT, "");
            node.receipt(node.apply(A, 1, 1, append("abc")));
            node.store.failNext(InMemoryFileStore.Call.APPLY, new IllegalStateException("bug"));
            assertThat(node.failure(node.apply(A, 1, 2, append("def")))).isInstanceOf(Failure.StorageFailed.class);
            await().until(() -> node.status().openFiles() == 0);
            assertThat(node.receipt(node.apply(A, 1, 2, append("def"))).length())
                    .isEqualTo(6);
            assertThat(node.failed.get()).isZero();
        }
    }

    @Nested
    class Passivation {

        @Test
        void idleFile_isClosedAndOpenedAgain() {
            Node node = new Node(KIT, "idle-timeout = 20ms");
            Receipt receipt = node.receipt(node.apply(A, 1, 1, append("abc")));
            await().until(() -> node.status().openFiles() == 0);
            assertThat(node.receipt(node.apply(A, 1, 1, append("abc")))).isEqualTo(receipt);
            assertThat(node.receipt(node.apply(A, 1, 2, append("def"))).length())
                    .isEqualTo(6);
        }

        @Test
        void file_withAReadUnderWay_stays() {
            Node node = new Node(KIT, "idle-timeout = 20ms");
            CountDownLatch reads = node.store.holdReads();
            long read = node.read(A, 0, 1);
            assertThat(node.status().openFiles()).isEqualTo(1);
            node.replies.expectNoMessage(Duration.ofMillis(150));
            assertThat(node.status().openFiles()).isEqualTo(1);
            reads.countDown();
            node.reply(read);
            await().until(() -> node.status().openFiles() == 0);
        }

        @Test
        void file_askedToLeaveWithAChangeUnderWay_stays() {
            Node node = new Node(KIT, "max-open-files = 3");
            long held = beginCommitting(node);
            assertThat(node.failure(node.stat(name(1)))).isInstanceOf(Failure.NoSuchFile.class);
            assertThat(node.failure(node.stat(name(2)))).isInstanceOf(Failure.NoSuchFile.class);
            node.reply(node.stat(name(3))); // the idlest are asked to leave, A among them
            long next = node.apply(A, 9, 2, append("!"));
            node.store.releaseApplies();
            node.receipt(held);
            assertThat(node.receipt(next).length()).isEqualTo(5);
        }

        @Test
        void file_askedToLeaveWithAChangeThatWaits_stays() {
            Node node = new Node(KIT, "max-open-files = 2, gap-timeout = 1 minute");
            long second = node.apply(A, 1, 2, append("2"));
            assertThat(node.failure(node.stat(A))).isInstanceOf(Failure.NoSuchFile.class);
            node.reply(node.stat(name(1)));
            node.reply(node.stat(name(2)));
            node.receipt(node.apply(A, 1, 1, append("1")));
            assertThat(node.receipt(second).length()).isEqualTo(2);
        }

        /** Requests that come at every moment of closing and opening: each is answered, each change made once. */
        @Test
        void hammer_whileFilesCloseAllTheTime_losesNothing() {
            Node node = new Node(KIT, "idle-timeout = 1ms, max-open-files = 8");
            int rounds = 400;
            int files = 3;
            List<Long> ids = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                for (int file = 0; file < files; file++) {
                    ids.add(node.apply(name(file), 1, round, append("x")));
                }
                if (round % 7 == 0) { // let them fall idle now and then
                    ids.forEach(node::receipt);
                    ids.clear();
                    await().pollInterval(Duration.ofMillis(1))
                            .until(() -> node.status().openFiles() < files);
                }
            }
            ids.forEach(node::receipt);
            for (int file = 0; file < files; file++) {
                assertThat(node.contents(node.read(name(file), 0, 2 * rounds))).hasSize(rounds);
            }
        }
    }

    @Nested
    class Administration {

        private final Node node = new Node(KIT, "");

        @Test
        void hello_isAnsweredWithTheHostList() {
            node.files.tell(AdminRequest.Hello.from("1", node.admin.getRef()));
            node.admin.expectMessage(new AdminReply.Welcome(SELF, "1.2.3", Node.ALONE));
        }

        @Test
        void anotherProtocol_isAnsweredWithBothVersions() {
            int other = ProtocolVersion.CURRENT + 1;
            AdminReply expected = new AdminReply.AdminFailed(
                    new Failure.OtherProtocol(SELF, "1.2.3", ProtocolVersion.CURRENT, other));
            node.files.tell(new AdminRequest.Hello("2", other, node.admin.getRef()));
            node.admin.expectMessage(expected);
            node.files.tell(new AdminRequest.GetStatus(other, node.admin.getRef()));
            node.admin.expectMessage(expected);
        }

        @Test
        void status_tellsHowTheNodeIs() {
            node.receipt(node.apply(A, 1, 1, append("abc")));
            AdminReply.NodeStatus status = node.status();
            assertThat(status)
                    .isEqualTo(new AdminReply.NodeStatus(
                            SELF,
                            Node.CLUSTER,
                            LIST_VERSION,
                            NodeState.READY,
                            "1.2.3",
                            ProcessHandle.current().pid(),
                            77,
                            1,
                            3,
                            1L << 40,
                            11,
                            true,
                            12,
                            13,
                            1,
                            ScrubReport.NONE,
                            ""));
        }

        @Test
        void status_tellsOfScrubAndDamage() {
            Instant began = Instant.ofEpochMilli(1_000);
            Damage damage = new Damage(Damage.Kind.BYTES, "f", 65_536, "checksum", Instant.ofEpochMilli(5));
            node.store.scrubSays(new ScrubStatus(
                    false,
                    Optional.of(began),
                    3,
                    4,
                    5,
                    Optional.of(new ScrubStatus.Result(began.plusMillis(7), true, 3, 4, 1)),
                    2,
                    List.of(damage)));
            assertThat(node.status().scrub())
                    .isEqualTo(new ScrubReport(
                            ScrubReport.State.IDLE,
                            1_000,
                            1_007,
                            3,
                            4,
                            5,
                            true,
                            1,
                            2,
                            List.of(new ScrubReport.Damage(
                                    "bytes", "f", 65_536, "checksum", 5, "/srv/data/" + damage.copy()))));
        }

        @Test
        void status_listsTheFirstDamagedPlacesOnly() {
            List<Damage> many = IntStream.range(0, ScrubReports.MAX_DAMAGE + 1)
                    .mapToObj(i -> new Damage(Damage.Kind.BYTES, "f", i, "checksum", Instant.EPOCH))
                    .toList();
            assertThat(scrubWith(many).damage()).hasSize(ScrubReports.MAX_DAMAGE);
            List<Damage> long100 = many.stream()
                    .map(damage -> new Damage(
                            damage.kind(), "x".repeat(4_000), damage.offset(), damage.reason(), damage.found()))
                    .limit(ScrubReports.MAX_DAMAGE)
                    .toList();
            ScrubReport bounded = scrubWith(long100);
            assertThat(bounded.damage()).hasSizeBetween(5, ScrubReports.MAX_DAMAGE_BYTES / 4_000);
            assertThat(bounded.damaged()).isEqualTo(ScrubReports.MAX_DAMAGE);
        }

        private ScrubReport scrubWith(List<Damage> damage) {
            return ScrubReports.of(
                    new ScrubStatus(false, Optional.empty(), 0, 0, 0, Optional.empty(), damage.size(), damage),
                    Path.of("/srv"));
        }

        @Test
        void startScrub_startsOne_andTheNextStatusKnows() {
            assertThat(node.status().scrub().state()).isEqualTo(ScrubReport.State.NEVER);
            node.store.scrubSays(
                    new ScrubStatus(true, Optional.of(Instant.EPOCH), 0, 0, 0, Optional.empty(), 0, List.of()));
            node.startScrub(TOKEN);
            node.admin.expectMessage(new AdminReply.ScrubStarted(SELF));
            assertThat(node.store.scrubs()).isEqualTo(1);
            assertThat(node.status().scrub().state()).isEqualTo(ScrubReport.State.RUNNING);
        }

        @Test
        void startScrub_withAWrongToken_isRefused() {
            node.startScrub("wrong");
            node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.NotAuthorised(SELF, "StartScrub")));
            assertThat(node.store.scrubs()).isZero();
        }

        @Test
        void startScrub_ofAPoisonedVolume_endsTheNode() {
            node.store.failNext(InMemoryFileStore.Call.SCRUB, new PoisonedException("EIO", new Exception("disk")));
            node.startScrub(TOKEN);
            node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
            await().until(() -> node.failed.get() == 1);
            node.startScrub(TOKEN);
            node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
            assertThat(node.status().state()).isEqualTo(NodeState.FAILED);
        }

        @Test
        void status_whenTheDiskHangs_isAnsweredWithOldFigures() {
            Node slow = new Node(KIT, "usage-timeout = 50ms, max-reads-per-file = 100");
            CountDownLatch reads = slow.store.holdReads();
            List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 16; i++) { // all threads for the disk
                ids.add(slow.read(A, 0, 1));
            }
            await().until(() -> slow.store.readCalls() == 16);
            assertThat(slow.status().lastError()).contains("old");
            reads.countDown();
            ids.forEach(slow::reply);
            await().untilAsserted(() -> assertThat(slow.status().lastError()).isEmpty());
        }

        @Test
        void list_givesPagesInOrder() {
            for (int number = 0; number < 5; number++) {
                node.receipt(node.apply(name(number), 1, 1, append("x")));
            }
            node.receipt(node.apply(name(3), 1, 2, new Change.Delete(0)));
            node.list("file-", "file-1", 2, Node.ALONE.id());
            ListReply.Names page = node.lists.expectMessageClass(ListReply.Names.class);
            assertThat(page.names())
                    .extracting(name -> name.status().name().toString(), ListReply.Name::exists)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("file-2", true),
                            org.assertj.core.groups.Tuple.tuple("file-3", false));
            assertThat(page.more()).isTrue();
        }

        @Test
        void list_pageTooLargeForAMessage_endsEarlierWithMore() {
            Node small = new Node(KIT, "max-list-page-bytes = 400");
            for (int number = 0; number < 5; number++) {
                small.receipt(small.apply(name(number), 1, 1, append("x")));
            }
            small.list("", "", 10, Node.ALONE.id());
            ListReply.Names page = small.lists.expectMessageClass(ListReply.Names.class);
            assertThat(page.names()).hasSize(2);
            assertThat(page.more()).isTrue();
        }

        @Test
        void settings_thatMakeNoSense_areRefused() {
            for (String bad :
                    List.of("max-open-files = 0", "idle-timeout = 0s", "max-batch-bytes = 0", "max-listings = 0")) {
                assertThatThrownBy(() -> Node.settings(bad)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Nested
    class Stopping {

        private final Node node = new Node(KIT, "stop-timeout = 10s, gap-timeout = 1 minute");

        @Test
        void kill_withAWrongToken_isRefused() {
            for (String wrong : List.of("", "secre", "secret ", "Secret")) {
                node.kill(wrong);
                node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.NotAuthorised(SELF, "Kill")));
            }
            node.receipt(node.apply(A, 1, 1, append("abc")));
            assertThat(node.killed.get()).isZero();
        }

        @Test
        void kill_ofAnIdleNode_closesTheVolumeThenAnswers() {
            node.receipt(node.apply(A, 1, 1, append("abc")));
            node.kill(TOKEN);
            node.admin.expectMessage(new AdminReply.Killed(SELF));
            assertThat(node.store.closed()).isTrue();
            await().until(() -> node.killed.get() == 1);
            node.kill(TOKEN);
            node.admin.expectMessage(new AdminReply.Killed(SELF));
            assertThat(node.status().state()).isEqualTo(NodeState.STOPPING);
        }

        @Test
        void kill_finishesWhatRunsAndRefusesWhatIsNew() {
            long held = beginCommitting(node);
            long waiting = node.apply(A, 1, 1, append("waiting"));
            long gap = node.apply(A, 1, 9, append("gap"));
            node.failure(node.stat(name(1)));
            node.kill(TOKEN);
            node.kill(TOKEN);
            assertThat(node.failure(node.apply(A, 2, 1, append("new")))).isEqualTo(new Failure.ShuttingDown(SELF));
            assertThat(node.failure(node.read(A, 0, 1))).isEqualTo(new Failure.ShuttingDown(SELF));
            node.list("", "", 1, Node.ALONE.id());
            assertThat(node.lists.expectMessageClass(ListReply.ListFailed.class).failure())
                    .isEqualTo(new Failure.ShuttingDown(SELF));
            assertThat(node.status().state()).isEqualTo(NodeState.STOPPING);
            node.admin.expectNoMessage(Duration.ofMillis(100));
            assertThat(node.store.closed()).isFalse();
            node.store.releaseApplies();
            node.receipt(held);
            node.receipt(waiting);
            assertThat(node.failure(gap)).isEqualTo(new Failure.ShuttingDown(SELF));
            node.admin.expectMessage(new AdminReply.Killed(SELF));
            node.admin.expectMessage(new AdminReply.Killed(SELF));
            assertThat(node.store.closed()).isTrue();
            assertThat(new String(node.store.content(A), java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("heldwaiting");
        }

        @Test
        void kill_waitsForReads() {
            node.receipt(node.apply(A, 1, 1, append("abc")));
            CountDownLatch reads = node.store.holdReads();
            long read = node.read(A, 0, 9);
            node.kill(TOKEN);
            node.admin.expectNoMessage(Duration.ofMillis(100));
            reads.countDown();
            assertThat(node.contents(read)).isEqualTo("abc");
            node.admin.expectMessage(new AdminReply.Killed(SELF));
        }

        @Test
        void kill_whileAFileIsOpening_bringsItsChangesToAnEnd() {
            CountDownLatch states = node.store.holdStates();
            long id = node.apply(A, 1, 1, append("abc"));
            node.kill(TOKEN);
            states.countDown();
            node.receipt(id);
            node.admin.expectMessage(new AdminReply.Killed(SELF));
        }

        @Test
        void kill_givesUpWhatNobodyPublished() {
            node.reply(node.stage(A, stageId(1), 0, Node.bytes(Limits.MAX_CHUNK_BYTES)));
            node.kill(TOKEN);
            node.admin.expectMessage(new AdminReply.Killed(SELF));
            assertThat(node.store.stagedCount()).isZero();
        }

        @Test
        void kill_whenFilesDoNotFinish_closesTheVolumeAfterATime() {
            Node hanging = new Node(KIT, "stop-timeout = 100ms");
            beginCommitting(hanging);
            hanging.kill(TOKEN);
            hanging.admin.expectMessage(new AdminReply.Killed(SELF));
            assertThat(hanging.store.closed()).isTrue();
            assertThat(hanging.status().lastError()).contains("did not finish");
        }

        @Test
        void kill_whenClosingFails_saysSo() {
            node.store.failNext(InMemoryFileStore.Call.CLOSE, new PoisonedException("EIO", new Exception("disk")));
            node.kill(TOKEN);
            node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
            await().until(() -> node.failed.get() == 1);
            assertThat(node.killed.get()).isZero();
        }

        @Test
        void poisonedVolume_clientsAreToldBeforeTheProcessLeaves() {
            long held = beginCommitting(node);
            TestProbe<FileServerMessage.Stopped> stopped = KIT.createTestProbe();
            node.files.tell(new FileServerMessage.VolumePoisoned("EIO"));
            node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
            Failure failure = new Failure.StorageFailed(SELF, "EIO");
            assertThat(node.failure(node.stat(A))).isEqualTo(failure);
            stopped.expectNoMessage(Duration.ofMillis(100));
            assertThat(node.failed.get()).isZero();
            node.store.failNext(InMemoryFileStore.Call.APPLY, new PoisonedException("EIO", new Exception("disk")));
            node.store.releaseApplies();
            assertThat(node.failure(held)).isEqualTo(failure);
            stopped.expectMessage(new FileServerMessage.Stopped("EIO"));
            await().until(() -> node.failed.get() == 1);
            node.kill(TOKEN);
            node.admin.expectMessage(new AdminReply.AdminFailed(failure));
        }

        @Test
        void poisonedVolume_whenTheDiskHangs_theProcessLeavesAfterATime() {
            Node hanging = new Node(KIT, "stop-timeout = 100ms");
            beginCommitting(hanging);
            hanging.files.tell(new FileServerMessage.VolumePoisoned("EIO"));
            await().until(() -> hanging.failed.get() == 1);
            assertThat(hanging.store.closed()).isFalse();
        }

        @Test
        void stop_doesTheSameWithoutAToken() {
            TestProbe<FileServerMessage.Stopped> stopped = KIT.createTestProbe();
            long held = beginCommitting(node);
            node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
            stopped.expectNoMessage(Duration.ofMillis(50));
            node.store.releaseApplies();
            node.receipt(held);
            stopped.expectMessage(new FileServerMessage.Stopped(""));
            assertThat(node.store.closed()).isTrue();
            node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
            stopped.expectMessage(new FileServerMessage.Stopped(""));
            assertThat(node.killed.get()).isZero();
        }

        @Test
        void kill_amidPassivation_stillEnds() {
            Node restless = new Node(KIT, "idle-timeout = 1ms");
            for (int number = 0; number < 200; number++) {
                restless.apply(name(number % 20), 1, 1 + number / 20, append("x"));
            }
            restless.kill(TOKEN);
            restless.admin.expectMessage(Duration.ofSeconds(8), new AdminReply.Killed(SELF));
            assertThat(restless.store.closed()).isTrue();
        }
    }

    @Nested
    class Amnesiac {

        @Test
        void amnesiacNode_answersOnlyAboutItself() {
            Node base = new Node(KIT, "");
            ActorRef<NodeRequest> node = KIT.spawn(AmnesiacServerActor.create(
                    new NodeInfo(SELF, "1", Instant.EPOCH, Path.of("/srv")),
                    Node.ALONE,
                    Node.VOLUME,
                    TOKEN,
                    base.hooks()));
            Failure amnesiac = new Failure.Amnesiac(SELF, Node.VOLUME);
            node.tell(new FileRequest.Stat(1, Node.ALONE.id(), A, base.replies.getRef()));
            base.replies.expectMessage(new FileReply.Failed(1, amnesiac));
            node.tell(new org.dfile.protocol.ListRequest(2, Node.ALONE.id(), "", "", 1, base.lists.getRef()));
            base.lists.expectMessage(new ListReply.ListFailed(2, amnesiac));
            node.tell(AdminRequest.Hello.from("1", base.admin.getRef()));
            base.admin.expectMessageClass(AdminReply.Welcome.class);
            node.tell(AdminRequest.GetStatus.from(base.admin.getRef()));
            assertThat(base.admin
                            .expectMessageClass(AdminReply.NodeStatus.class)
                            .state())
                    .isEqualTo(NodeState.AMNESIAC);
            node.tell(new AdminRequest.StartScrub(TOKEN, base.admin.getRef()));
            base.admin.expectMessage(new AdminReply.AdminFailed(amnesiac));
            node.tell(new AdminRequest.GetStatus(0, base.admin.getRef()));
            assertThat(base.admin
                            .expectMessageClass(AdminReply.AdminFailed.class)
                            .failure())
                    .isInstanceOf(Failure.OtherProtocol.class);
            node.tell(new AdminRequest.Kill("wrong", base.admin.getRef()));
            base.admin.expectMessageClass(AdminReply.AdminFailed.class);
            assertThat(base.killed.get()).isZero();
            node.tell(new AdminRequest.Kill(TOKEN, base.admin.getRef()));
            base.admin.expectMessage(new AdminReply.Killed(SELF));
            await().until(() -> base.killed.get() == 1);
        }
    }

    @Test
    void replace_andPublish_shareSessionsWithEverythingElse() {
        Node node = new Node(KIT, "");
        node.receipt(node.apply(A, 1, 1, new Change.Replace(WriteMode.CREATE_NEW, Node.bytes("one"))));
        node.reply(node.stage(A, stageId(4), 0, Node.bytes("two")));
        node.receipt(node.apply(A, 1, 2, new Change.Publish(WriteMode.REPLACE_EXISTING, stageId(4), 3)));
        assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("two");
    }
}
