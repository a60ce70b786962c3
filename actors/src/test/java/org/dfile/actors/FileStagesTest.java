package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.append;
import static org.dfile.actors.Node.bytes;
import static org.dfile.actors.Node.stageId;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.dfile.model.Bytes;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.Test;

/** Bytes that clients send ahead. */
final class FileStagesTest extends OpenFileTestCase {

    @Test
    void chunks_inAnyOrderAndTwice_arePublishedAsOneFile() {
        Bytes first = bytes("y".repeat(LARGE));
        node.reply(node.stage(A, stageId(1), LARGE, bytes("end")));
        FileReply.Staged staged = (FileReply.Staged) node.reply(node.stage(A, stageId(1), 0, first));
        assertThat(staged.byteCount()).isEqualTo(LARGE);
        assertThat(node.reply(node.stage(A, stageId(1), 0, first))).isInstanceOf(FileReply.Staged.class);
        assertThat(node.failure(node.stat(A))).isEqualTo(new Failure.NoSuchFile(A));
        Change publish = new Change.Publish(WriteMode.REPLACE, stageId(1), LARGE + 3L);
        Receipt receipt = node.receipt(node.apply(A, 1, 1, publish));
        assertThat(receipt.crc32c()).isEqualTo(bytes("y".repeat(LARGE) + "end").crc32c());
        assertThat(node.contents(node.read(A, LARGE - 1, 9))).isEqualTo("yend");
        assertThat(node.receipt(node.apply(A, 1, 1, publish))).isEqualTo(receipt);
        assertThat(node.store.stagedCount()).isZero();
    }

    @Test
    void publish_ofNothing_makesAnEmptyFile() {
        assertThat(node.receipt(node.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(1), 0)))
                        .length())
                .isZero();
    }

    @Test
    void publish_withAGapOrAnotherLength_isStageLostAndUsesNoNumber() {
        node.reply(node.stage(A, stageId(1), 3, bytes("def")));
        Failure lost = new Failure.StageLost(A, stageId(1));
        assertThat(node.failure(node.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(1), 6))))
                .isEqualTo(lost);
        node.reply(node.stage(A, stageId(1), 0, bytes("abc")));
        assertThat(node.failure(node.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(1), 5))))
                .isEqualTo(lost);
        node.receipt(node.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(1), 6)));
        assertThat(node.contents(node.read(A, 0, 9))).isEqualTo("abcdef");
    }

    @Test
    void publish_refusedByJudgement_givesTheBytesBack() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        node.reply(node.stage(A, stageId(1), 0, bytes("def")));
        assertThat(node.failure(node.apply(A, 1, 2, new Change.Publish(WriteMode.CREATE_NEW, stageId(1), 3))))
                .isEqualTo(new Failure.FileExists(A));
        await().until(() -> node.store.stagedCount() == 0);
    }

    @Test
    void publish_refusedAsNotExecuted_canBeSentAgain() {
        node.reply(node.stage(A, stageId(1), 0, bytes("abc")));
        Change publish = new Change.Publish(WriteMode.REPLACE, stageId(1), 3);
        assertThat(node.failure(node.apply(A, 1, 2, publish))).isEqualTo(new Failure.OutOfOrder(A, 2, 1));
        node.receipt(node.apply(A, 1, 1, append("x")));
        assertThat(node.receipt(node.apply(A, 1, 2, publish)).length()).isEqualTo(3);
    }

    @Test
    void chunk_withOtherBytesAtAnOffset_isMalformed() {
        node.reply(node.stage(A, stageId(1), 0, bytes("abc")));
        assertThat(node.failure(node.stage(A, stageId(1), 0, bytes("abd")))).isInstanceOf(Failure.Malformed.class);
    }

    @Test
    void chunk_changedOnTheWay_isRefused() {
        byte[] buffer = new byte[10];
        Bytes bytes = Bytes.received(ByteBuffer.wrap(buffer), 1);
        assertThat(node.failure(node.stage(A, stageId(1), 7, bytes))).isEqualTo(new Failure.ChecksumMismatch(A, 7, 10));
    }

    @Test
    void stages_beyondTheLimits_areBusy() {
        Node small = node("max-stages-per-file = 2, max-staged-bytes-per-file = 192 KiB");
        small.reply(small.stage(A, stageId(1), 0, bytes("a")));
        small.reply(small.stage(A, stageId(2), 0, bytes("a")));
        assertThat(small.failure(small.stage(A, stageId(3), 0, bytes("a")))).isInstanceOf(Failure.Busy.class);
        small.reply(small.stage(A, stageId(2), 1, bytes("a")));
        assertThat(small.failure(small.stage(A, stageId(2), 2, bytes("a")))).isInstanceOf(Failure.Busy.class);
        small.receipt(small.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(2), 2)));
        assertThat(small.reply(small.stage(A, stageId(3), 0, bytes("a")))).isInstanceOf(FileReply.Staged.class);
    }

    @Test
    void stage_keepsTheFileOpenUntilItIsGivenUp() {
        Node impatient = node("idle-timeout = 20ms, stage-idle-timeout = 400ms");
        impatient.reply(impatient.stage(A, stageId(1), 0, bytes("abc")));
        long started = System.nanoTime();
        await().until(() -> impatient.status().openFiles() == 0);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(300));
        assertThat(impatient.store.stagedCount()).isZero();
        assertThat(impatient.failure(impatient.apply(A, 1, 1, new Change.Publish(WriteMode.REPLACE, stageId(1), 3))))
                .isEqualTo(new Failure.StageLost(A, stageId(1)));
    }
}
