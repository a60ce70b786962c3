package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.append;
import static org.dfile.actors.Node.bytes;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileVersion;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.NodeState;
import org.dfile.store.AmnesiacException;
import org.dfile.store.CorruptDataException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class OpenFileActorTest extends OpenFileTestCase {

    @Nested
    class WhileOpening {

        @Test
        void read_waitsAndIsServed() {
            CountDownLatch states = node.store.holdStandings();
            long read = node.read(A, 0, 9);
            states.countDown();
            assertThat(node.failure(read)).isEqualTo(new Failure.NoSuchFile(A));
        }

        @Test
        void change_waitsAndIsExecuted() {
            CountDownLatch states = node.store.holdStandings();
            long id = node.apply(A, 1, 1, append("abc"));
            states.countDown();
            assertThat(node.receipt(id).length()).isEqualTo(3);
        }

        @Test
        void change_whenTheQueueIsFull_isBusy() {
            CountDownLatch states = node.store.holdStandings();
            for (int number = 1; number <= 4; number++) {
                node.apply(A, 1, number, append("a"));
            }
            assertThat(node.failure(node.apply(A, 1, 5, append("a")))).isInstanceOf(Failure.Busy.class);
            states.countDown();
            assertThat(node.receipt(4).length()).isEqualTo(4);
        }

        @Test
        void stat_isServed() {
            assertThat(node.failure(node.stat(A))).isEqualTo(new Failure.NoSuchFile(A));
        }

        @Test
        void damagedRecord_isToldToAll_andOtherFilesGoOn() {
            AmnesiacException amnesiac = new AmnesiacException(A, new CorruptDataException("bad record", 0));
            node.store.failNext(ControlledStore.Call.standing, amnesiac);
            Failure expected = new Failure.FileAmnesiac(SELF, A, String.valueOf(amnesiac.getMessage()));
            assertThat(node.failure(node.apply(A, 1, 1, append("abc")))).isEqualTo(expected);
            assertThat(expected.message()).contains("h1", "a", "bad record", "backup");
            FileName other = FileName.of("other");
            node.receipt(node.apply(other, 1, 1, append("abc")));
            assertThat(node.contents(node.read(other, 0, 3))).isEqualTo("abc");
            assertThat(node.status().state()).isEqualTo(NodeState.READY);
        }

        @Test
        void failureToOpen_isToldAndTheNextRequestTriesAgain() {
            node.store.failNext(ControlledStore.Call.standing, new CorruptDataException("bad record", 0));
            assertThat(node.failure(node.apply(A, 1, 1, append("abc")))).isInstanceOf(Failure.CorruptData.class);
            await().until(() -> node.status().openFiles() == 0);
            assertThat(node.receipt(node.apply(A, 1, 1, append("abc"))).length())
                    .isEqualTo(3);
            assertThat(node.status().lastError()).contains("bad record");
        }
    }

    @Nested
    class WhenReady {

        @Test
        void change_isThereForReadAndStat() {
            Receipt receipt = node.receipt(node.apply(A, 1, 1, append("abcdef")));
            assertThat(receipt.version()).isEqualTo(new FileVersion(1, 1));
            FileReply.Contents contents = (FileReply.Contents) node.reply(node.read(A, 2, 3));
            assertThat(Node.text(contents.bytes())).isEqualTo("cde");
            assertThat(contents.length()).isEqualTo(6);
            assertThat(contents.offset()).isEqualTo(2);
            FileReply.Status status = (FileReply.Status) node.reply(node.stat(A));
            assertThat(status.status().length()).isEqualTo(6);
            assertThat(node.contents(node.read(A, 6, 5))).isEmpty();
        }

        @Test
        void retry_afterALostAnswer_getsTheSameReceipt() {
            Receipt first = node.receipt(node.apply(A, 1, 1, append("abc")));
            node.receipt(node.apply(A, 2, 1, append("def")));
            assertThat(node.receipt(node.apply(A, 1, 1, append("abc")))).isEqualTo(first);
            assertThat(node.contents(node.read(A, 0, 99))).isEqualTo("abcdef");
        }

        @Test
        void retry_ofALargeChange_leavesNoBytesBehind() {
            Receipt first = node.receipt(node.apply(A, 1, 1, append("y".repeat(LARGE))));
            assertThat(node.receipt(node.apply(A, 1, 1, append("y".repeat(LARGE)))))
                    .isEqualTo(first);
            await().until(() -> node.store.stagedCount() == 0);
        }

        @Test
        void judgedFailure_ofALargeChange_leavesNoBytesBehind() {
            Change change = new Change.Append(0, false, bytes(LARGE));
            assertThat(node.failure(node.apply(A, 1, 1, change))).isEqualTo(new Failure.NoSuchFile(A));
            await().until(() -> node.store.stagedCount() == 0);
        }

        @Test
        void changes_outOfOrder_takeEffectInOrder() {
            node.receipt(node.apply(A, 1, 1, append("a")));
            long third = node.apply(A, 1, 3, append("c"));
            long second = node.apply(A, 1, 2, append("b"));
            node.receipt(second);
            node.receipt(third);
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("abc");
        }

        @Test
        void change_whoseGapIsNotFilled_isRefusedAndNotExecuted() {
            node.receipt(node.apply(A, 1, 1, append("a")));
            assertThat(node.failure(node.apply(A, 1, 3, append("c")))).isEqualTo(new Failure.OutOfOrder(A, 3, 2));
            node.receipt(node.apply(A, 1, 2, append("b")));
            node.receipt(node.apply(A, 1, 3, append("c")));
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("abc");
        }

        @Test
        void file_deletedAndCreatedAgain_isAnotherGeneration() {
            node.receipt(node.apply(A, 1, 1, append("old")));
            node.receipt(node.apply(A, 2, 1, new Change.Delete(0)));
            assertThat(node.failure(node.read(A, 1, 0, 9))).isEqualTo(new Failure.NoSuchFile(A));
            assertThat(node.failure(node.apply(A, 1, 2, new Change.Write(1, 0, bytes("x")))))
                    .isEqualTo(new Failure.NoSuchFile(A));
            node.receipt(node.apply(A, 2, 2, append("new")));
            Failure replaced = new Failure.Replaced(A, 1, 2);
            assertThat(node.failure(node.read(A, 1, 0, 9))).isEqualTo(replaced);
            assertThat(node.failure(node.apply(A, 1, 3, new Change.Write(1, 0, bytes("x")))))
                    .isEqualTo(replaced);
            assertThat(node.contents(node.read(A, 2, 0, 9))).isEqualTo("new");
        }

        @Test
        void bytesChangedOnTheWay_areRefusedAndNotStored() {
            for (int byteCount : List.of(10, LARGE)) {
                byte[] buffer = new byte[byteCount];
                Bytes bytes = Bytes.of(buffer);
                buffer[5] = 1;
                assertThat(node.failure(node.apply(A, 1, 1, new Change.Append(0, true, bytes))))
                        .isEqualTo(new Failure.ChecksumMismatch(A, 0, byteCount));
            }
            assertThat(node.failure(node.stat(A))).isEqualTo(new Failure.NoSuchFile(A));
            assertThat(node.receipt(node.apply(A, 1, 1, append("good"))).length())
                    .isEqualTo(4);
        }

        @Test
        void reads_moreThanTheLimit_areBusy() {
            node.receipt(node.apply(A, 1, 1, append("abc")));
            CountDownLatch reads = node.store.holdReads();
            long held = node.read(A, 0, 1);
            node.read(A, 0, 1);
            node.read(A, 0, 1);
            assertThat(node.failure(node.read(A, 0, 1))).isInstanceOf(Failure.Busy.class);
            reads.countDown();
            assertThat(node.contents(held)).isEqualTo("a");
            await().untilAsserted(
                            () -> assertThat(node.contents(node.read(A, 1, 1))).isEqualTo("b"));
        }

        @Test
        void damagedBytes_areNotServed() {
            node.receipt(node.apply(A, 1, 1, append("abc")));
            node.store.failNext(ControlledStore.Call.read, new CorruptDataException("crc", 2)); // read ahead
            node.store.failNext(ControlledStore.Call.read, new CorruptDataException("crc", 2));
            assertThat(node.failure(node.read(A, 0, 3))).isEqualTo(new Failure.CorruptData(SELF, A, 2, "crc"));
            assertThat(node.contents(node.read(A, 0, 3))).isEqualTo("abc");
        }
    }

    @Nested
    class WhileCommitting {

        @Test
        void nobody_hearsOfAChangeBeforeItIsOnDisk() {
            long held = beginCommitting();
            node.replies.expectNoMessage(Duration.ofMillis(100));
            node.store.releaseAccepts();
            node.receipt(held);
        }

        @Test
        void readAndStat_goOnAndSeeCommittedState() {
            long held = beginCommitting();
            assertThat(node.contents(node.read(A, 0, 9))).isEmpty();
            assertThat(((FileReply.Status) node.reply(node.stat(A))).status().length())
                    .isZero();
            node.store.releaseAccepts();
            node.receipt(held);
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("held");
        }

        @Test
        void changes_thatComeMeanwhile_areOneBatch() {
            long held = beginCommitting();
            long first = node.apply(A, 1, 1, append("1"));
            long second = node.apply(A, 2, 1, append("2"));
            long third = node.apply(A, 1, 2, append("3"));
            assertThat(node.contents(node.read(A, 0, 9))).isEmpty();
            node.store.releaseAccepts();
            node.receipt(held);
            assertThat(node.receipt(first).version()).isEqualTo(new FileVersion(1, 3));
            assertThat(node.receipt(second).version()).isEqualTo(new FileVersion(1, 3));
            assertThat(node.receipt(third).version()).isEqualTo(new FileVersion(1, 3));
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("held123");
        }

        @Test
        void sameChange_underWayOrWaiting_isExecutedOnceAndBothAreAnswered() {
            long held = beginCommitting();
            long heldAgain = node.apply(A, 9, 1, append("held"));
            long waiting = node.apply(A, 9, 2, append("w"));
            long waitingAgain = node.apply(A, 9, 2, append("w"));
            node.contents(node.read(A, 0, 9));
            node.store.releaseAccepts();
            assertThat(node.receipt(heldAgain)).isEqualTo(node.receipt(held));
            assertThat(node.receipt(waitingAgain)).isEqualTo(node.receipt(waiting));
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("heldw");
        }

        @Test
        void change_whenTheQueueIsFull_isBusyAndNotExecuted() {
            long held = beginCommitting();
            for (int number = 1; number <= 3; number++) {
                node.apply(A, 1, number, append("a"));
            }
            assertThat(node.failure(node.apply(A, 1, 4, append("a")))).isInstanceOf(Failure.Busy.class);
            node.store.releaseAccepts();
            node.receipt(held);
            node.receipt(held + 3);
            assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("heldaaa");
        }

        @Test
        void largeChange_isWrittenAheadMeanwhile() {
            long held = beginCommitting();
            long large = node.apply(A, 1, 1, append("y".repeat(LARGE)));
            await().until(() -> node.store.stagedCount() == 1);
            node.store.releaseAccepts();
            node.receipt(held);
            assertThat(node.receipt(large).offset()).isEqualTo(4);
            assertThat(node.store.stagedCount()).isZero();
        }
    }

    @Test
    void sessions_areThoseOfTheFile() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        assertThat(node.store.accepted().get(0).sessions())
                .singleElement()
                .satisfies(session -> assertThat(session.id()).isEqualTo(new SessionId(new UUID(0, 1))));
    }
}
