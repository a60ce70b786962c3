package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.LIST_VERSION;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.append;
import static org.dfile.actors.Node.name;
import static org.dfile.actors.Node.stageId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Change;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.ListId;
import org.dfile.model.Placement;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.ConflictException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileServerActorTest extends NodeTestCase {

    @Nested
    class Routing {

        private final Node node = node("");

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
            Node one = node("", Node.TWO_HOSTS);
            Placement placement = new Placement(Node.TWO_HOSTS);
            FileName theirs = IntStream.range(0, 100)
                    .mapToObj(Node::name)
                    .filter(name -> placement.replicasOf(name).get(0).id().equals(Node.OTHER))
                    .findFirst()
                    .orElseThrow();
            assertThat(one.failure(one.stat(theirs))).isEqualTo(new Failure.NotAReplica(theirs, SELF));
            assertThat(one.status().openFiles()).isZero();
        }

        @Test
        void bulkAlias_passesRequestsOn() {
            ActorRef<NodeRequest> bulk = kit().spawn(BulkAlias.create(node.files));
            bulk.tell(new FileRequest.Apply(
                    700, Node.ALONE.id(), A, Node.stamp(1, 1), append("abc"), node.replies.getRef()));
            assertThat(node.receipt(700).length()).isEqualTo(3);
        }
    }

    @Nested
    class Bounds {

        /** Else a change that hangs would fill the memory by being asked for again and again. */
        @Test
        void bytesInFlight_ofAChangeThatIsAskedForAgain_countOnce() {
            Node node = node("max-bytes-in-flight = 100");
            long held = node.beginCommitting();
            List<Long> attempts = new ArrayList<>();
            for (int attempt = 0; attempt < 5; attempt++) {
                attempts.add(node.apply(A, 1, 1, append("x".repeat(40))));
                node.reply(node.stage(A, stageId(1), 0, Node.bytes(0))); // the file has seen what came before
            }
            long other = node.apply(name(1), 1, 1, append("y".repeat(40)));
            node.store.releaseAccepts();
            node.receipt(held);
            attempts.forEach(node::receipt);
            node.receipt(other);
            assertThat(node.contents(node.read(A, 0, 60))).hasSize(44);
        }

        /** Else what waits for a change could take all the room that this change needs. */
        @Test
        void bytesInFlight_mostOfThem_mayNotWaitForEarlierChanges() {
            Node node = node("max-bytes-in-flight = 100, gap-timeout = 1 minute");
            long second = node.apply(A, 1, 2, append("2".repeat(70)));
            assertThat(node.failure(node.apply(A, 1, 3, append("3".repeat(20)))))
                    .isEqualTo(new Failure.Busy("bytes in flight on host " + SELF, 100));
            long first = node.apply(A, 1, 1, append("1".repeat(20)));
            node.receipt(first);
            node.receipt(second);
        }

        @Test
        void bytesInFlight_beyondTheLimit_areBusyUntilAnswered() {
            Node node = node("max-bytes-in-flight = 100");
            long held = node.beginCommitting();
            long waiting = node.apply(A, 1, 1, append("x".repeat(90)));
            assertThat(node.failure(node.apply(name(1), 1, 1, append("x".repeat(20)))))
                    .isInstanceOf(Failure.Busy.class);
            assertThat(node.failure(node.read(name(1), 0, 20))).isInstanceOf(Failure.Busy.class);
            assertThat(node.failure(node.stage(name(1), stageId(1), 0, Node.bytes(20))))
                    .isInstanceOf(Failure.Busy.class);
            node.store.releaseAccepts();
            node.receipt(held);
            node.receipt(waiting);
            for (int i = 0; i < 20; i++) {
                assertThat(node.contents(node.read(A, 0, 100))).hasSize(94);
                node.reply(node.stage(A, stageId(1), i * 100L, Node.bytes(100)));
            }
        }

        @Test
        void bytesOfACrashedFile_areGivenBack() {
            Node node = node("max-bytes-in-flight = 100, gap-timeout = 1 minute");
            long waiting = node.apply(A, 1, 5, append("x".repeat(70)));
            node.store.failNext(ControlledStore.Call.accept, new ConflictException("bug"));
            node.failure(node.apply(A, 2, 1, append("y")));
            assertThat(node.failure(waiting)).isInstanceOf(Failure.Busy.class);
            await().until(() -> node.status().openFiles() == 0);
            node.receipt(node.apply(A, 1, 1, append("x".repeat(100))));
        }

        @Test
        void openFiles_nearTheLimit_closeTheIdlest() {
            Node node = node("max-open-files = 16");
            for (int number = 0; number < 100; number++) {
                FileName name = name(number);
                await().pollDelay(Duration.ZERO)
                        .until(() -> node.reply(node.apply(name, 1, 1, append("abc"))) instanceof FileReply.Changed);
                assertThat(node.status().openFiles()).isLessThanOrEqualTo(16);
            }
        }

        @Test
        void openFiles_allInUse_areBusy() {
            Node node = node("max-open-files = 2");
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
            Node node = node("");
            node.receipt(node.apply(A, 1, 1, append("abc")));
            node.store.failNext(ControlledStore.Call.accept, new IllegalStateException("bug"));
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
            Node node = node("idle-timeout = 20ms");
            Receipt receipt = node.receipt(node.apply(A, 1, 1, append("abc")));
            await().until(() -> node.status().openFiles() == 0);
            assertThat(node.receipt(node.apply(A, 1, 1, append("abc")))).isEqualTo(receipt);
            assertThat(node.receipt(node.apply(A, 1, 2, append("def"))).length())
                    .isEqualTo(6);
        }

        @Test
        void file_withAReadUnderWay_stays() {
            Node node = node("idle-timeout = 20ms");
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
            Node node = node("max-open-files = 3");
            long held = node.beginCommitting();
            assertThat(node.failure(node.stat(name(1)))).isInstanceOf(Failure.NoSuchFile.class);
            assertThat(node.failure(node.stat(name(2)))).isInstanceOf(Failure.NoSuchFile.class);
            node.reply(node.stat(name(3))); // the idlest are asked to leave, A among them
            long next = node.apply(A, 9, 2, append("!"));
            node.store.releaseAccepts();
            node.receipt(held);
            assertThat(node.receipt(next).length()).isEqualTo(5);
        }

        @Test
        void file_askedToLeaveWithAChangeThatWaits_stays() {
            Node node = node("max-open-files = 2, gap-timeout = 1 minute");
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
            Node node = node("idle-timeout = 1ms, max-open-files = 8");
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

    @Test
    void replace_andPublish_shareSessionsWithEverythingElse() {
        Node node = node("");
        node.receipt(node.apply(A, 1, 1, new Change.Replace(WriteMode.CREATE_NEW, Node.bytes("one"))));
        node.reply(node.stage(A, stageId(4), 0, Node.bytes("two")));
        node.receipt(node.apply(A, 1, 2, new Change.Publish(WriteMode.REPLACE_EXISTING, stageId(4), 3)));
        assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("two");
    }
}
