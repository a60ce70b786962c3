package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;
import static org.dfile.client.internal.Stages.text;
import static org.dfile.client.internal.Stages.utf8;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One open file: modes, the cursor, the order of calls. */
@Timeout(30)
class DFileTest extends ClientFixture {

    @Nested
    class Opening {

        @Test
        void whatIsNotThere_failsUnlessCreated() {
            assertThat(failure(files.open("f", "r"))).isInstanceOf(Failure.NoSuchFile.class);
            assertThat(failure(files.open("f", "r+"))).isInstanceOf(Failure.NoSuchFile.class);
            get(files.open("f", "a"));
            assertThat(get(files.stat("f")).length()).isZero();
        }

        @Test
        void exclusively_whatIsThere_fails() {
            get(files.open("f", "x"));
            assertThat(failure(files.open("f", "x"))).isInstanceOf(Failure.FileExists.class);
        }

        @Test
        void forWriting_empties() {
            open("w", "old");
            assertThat(content()).isEmpty();
        }

        @Test
        void truncatingWithoutCreating_emptiesWhatIsThere() {
            get(files.write("f", utf8("old").array()));
            get(files.open(
                    "f", java.nio.file.StandardOpenOption.WRITE, java.nio.file.StandardOpenOption.TRUNCATE_EXISTING));
            assertThat(content()).isEmpty();
        }

        @Test
        void badName_throwsAtTheCall() {
            assertThatThrownBy(() -> files.open("a//b", "r"))
                    .isInstanceOf(org.dfile.model.InvalidFileNameException.class);
        }
    }

    @Nested
    class Cursor {

        @Test
        void reads_moveItByWhatCame() {
            DFile file = open("r", "0123456789");
            CompletionStage<ByteBuffer> one = file.read(4);
            CompletionStage<ByteBuffer> two = file.read(4);
            CompletionStage<ByteBuffer> three = file.read(4);
            CompletionStage<ByteBuffer> four = file.read(4);
            assertThat(text(get(one)) + "|" + text(get(two)) + "|" + text(get(three)) + "|" + text(get(four)))
                    .isEqualTo("0123|4567|89|");
            assertThat(get(file.tell())).isEqualTo(10);
        }

        @Test
        void writes_moveItAtOnce() {
            DFile file = open("w+", "");
            file.write(utf8("abc"));
            file.write(utf8("def"));
            assertThat(get(file.tell())).isEqualTo(6);
            file.seek(2);
            file.write(utf8("X"));
            file.seek(0);
            assertThat(text(get(file.readAll()))).isEqualTo("abXdef");
        }

        @Test
        void seekBehindTheEnd_readsNothingAndFillsWithZeros() {
            DFile file = open("r+", "ab");
            file.seek(4);
            assertThat(get(file.read(3)).remaining()).isZero();
            file.write(utf8("c"));
            assertThat(text(get(file.readAt(0, 10)))).isEqualTo("ab\0\0c");
        }

        @Test
        void failedRead_leavesIt() {
            DFile file = open("r", "abc");
            cluster.rule = (to, call) -> call instanceof Call.Read
                    ? new FakeCluster.Fate.AnswerWith(
                            id -> new FileReply.Failed(id, new Failure.CorruptData(to, file.name(), 0, "test")))
                    : FakeCluster.DELIVER;
            assertThat(failure(file.read(2))).isInstanceOf(Failure.CorruptData.class);
            cluster.rule = (to, call) -> FakeCluster.DELIVER;
            assertThat(text(get(file.read(2)))).isEqualTo("ab");
        }

        @Test
        void appendMode_startsAtTheEndAndWritesThere() {
            DFile file = open("a+", "abc");
            assertThat(get(file.tell())).isEqualTo(3);
            file.seek(0);
            get(file.write(utf8("de")));
            assertThat(get(file.tell())).isEqualTo(5);
            assertThat(content()).isEqualTo("abcde");
            assertThatThrownBy(() -> file.writeAt(0, utf8("x"))).isInstanceOf(NonWritableChannelException.class);
        }

        @Test
        void readLine_ofAllKindsOfEnds() {
            DFile file = open("r", "one\ntwo\r\n\nlast");
            assertThat(get(file.readLine())).hasValue("one");
            assertThat(get(file.readLine())).hasValue("two");
            assertThat(get(file.tell())).isEqualTo(9);
            assertThat(get(file.readLine())).hasValue("");
            assertThat(get(file.readLine())).hasValue("last");
            assertThat(get(file.readLine())).isEmpty();
        }

        @Test
        void readLine_longerThanOnePiece_isWhole() {
            String line = "ä".repeat(100_000);
            DFile file = open("r", line + "\nnext");
            assertThat(get(file.readLine())).hasValue(line);
            assertThat(get(file.readLine())).hasValue("next");
        }

        @Test
        void readLine_aboveTheLimit_fails() {
            DFile file = open("r", "x".repeat(MIB - 1) + "\n");
            assertThat(get(file.readLine())).isPresent();
            DFile longer = open("r", "x".repeat(MIB) + "\n");
            assertThat(failure(longer.readLine())).isInstanceOf(Failure.TooLongToHold.class);
        }
    }

    @Nested
    class Order {

        @Test
        void changes_areSentInCallOrderWithoutWaiting() {
            DFile file = open("r+", "");
            get(file.write(utf8("x")));
            cluster.calls.clear();
            CountDownLatch hold = new CountDownLatch(1);
            cluster.onNetwork(() -> Stages.await(hold));
            for (int i = 0; i < 20; i++) {
                file.write(utf8(Integer.toString(i % 10)));
            }
            assertThat(cluster.calls).hasSize(20);
            hold.countDown();
            get(file.flush());
            assertThat(content()).isEqualTo("x01234567890123456789");
        }

        @Test
        void read_seesEveryChangeCalledBefore_evenIfTheFirstIsLost() {
            get(files.write("f", utf8("aaaa").array()));
            DFileSystem impatient = cluster.connect(FakeCluster.impatient().build());
            DFile file = get(impatient.open("f", "r+"));
            get(file.writeAt(0, utf8("a")));
            AtomicInteger seen = new AtomicInteger();
            cluster.rule = (to, call) -> call instanceof Call.Apply && seen.getAndIncrement() == 0
                    ? FakeCluster.LOSE_CALL
                    : FakeCluster.DELIVER;
            file.writeAt(0, utf8("b"));
            file.writeAt(1, utf8("c"));
            file.truncate(3);
            CompletionStage<ByteBuffer> read = file.readAt(0, 10);
            CompletionStage<Long> size = file.size();
            assertThat(text(get(read))).isEqualTo("bca");
            assertThat(get(size)).isEqualTo(3);
            impatient.close();
        }

        @Test
        void positionalReads_areAnsweredInAnyOrder() {
            DFile file = open("r", "abc");
            cluster.rule = (to, call) -> call instanceof Call.Read read && read.offset() == 0
                    ? new FakeCluster.Fate.DelayReply(10_000)
                    : FakeCluster.DELIVER;
            CompletionStage<ByteBuffer> first = file.readAt(0, 1);
            assertThat(text(get(file.readAt(1, 1)))).isEqualTo("b");
            assertThat(first.toCompletableFuture()).isNotDone();
        }

        @Test
        void longWrite_isFollowedByTheNextOne() {
            DFile file = open("w+", "");
            byte[] big = random(20 * MIB + 5);
            CompletionStage<Receipt> written = file.write(ByteBuffer.wrap(big));
            CompletionStage<Receipt> last = file.writeAt(0, utf8("!"));
            assertThat(get(written).byteCount()).isEqualTo(big.length);
            assertThat(get(written).crc32c())
                    .isEqualTo(org.dfile.model.Bytes.of(big).crc32c());
            get(last);
            big[0] = '!';
            assertThat(get(files.readAll("f"))).isEqualTo(big);
        }

        @Test
        void manyCallsBehindOneGate_doNotOverflowTheStack() {
            DFile file = open("r+", "");
            CountDownLatch hold = new CountDownLatch(1);
            cluster.onNetwork(() -> Stages.await(hold));
            CompletionStage<ByteBuffer> gate = file.read(1);
            List<CompletionStage<Receipt>> writes = new ArrayList<>();
            for (int i = 0; i < 4_000; i++) {
                writes.add(file.write(utf8("x")));
            }
            hold.countDown();
            get(gate);
            writes.forEach(Stages::get);
            assertThat(get(file.size())).isEqualTo(4_000);
        }
    }

    @Test
    void append_tellsWhereTheBytesStand() {
        DFile file = open("r+", "abc");
        Receipt receipt = get(file.append(utf8("def")));
        assertThat(receipt.offset()).isEqualTo(3);
        assertThat(receipt.length()).isEqualTo(6);
        assertThat(receipt.copies()).isEqualTo(1);
        assertThat(get(file.tell())).isZero();
    }

    @Test
    void readOfManyChunks_isWhole() {
        byte[] big = random(5 * MIB + 3);
        get(files.write("f", big));
        DFile file = get(files.open("f", "r"));
        assertThat(Stages.array(get(file.readAt(MIB - 1, 3 * MIB))))
                .isEqualTo(Arrays.copyOfRange(big, MIB - 1, 4 * MIB - 1));
        assertThat(Stages.array(get(file.read(Integer.MAX_VALUE)))).isEqualTo(big);
    }
}
