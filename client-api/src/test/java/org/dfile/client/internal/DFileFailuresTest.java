package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.text;
import static org.dfile.client.internal.Stages.utf8;

import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.client.DFile;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.protocol.FileReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails on an open file, and what it is afterwards. */
@Timeout(30)
class DFileFailuresTest extends ClientFixture {

    @Test
    void longWrite_thatStopsInTheMiddle_saysHowFarItCame() {
        DFile file = open("w", "");
        cluster.rule = (to, call) -> call instanceof Call.Apply apply
                        && apply.change() instanceof Change.Write write
                        && write.offset() >= 3L * MIB
                ? new FakeCluster.Fate.AnswerWith(id -> new FileReply.Failed(id, new Failure.VolumeFull(to, 1, 0)))
                : FakeCluster.DELIVER;
        Failure failure = failure(file.write(ByteBuffer.wrap(new byte[40 * MIB])));
        assertThat(failure).isInstanceOf(Failure.PartlyWritten.class);
        assertThat(((Failure.PartlyWritten) failure).acknowledgedBytes()).isEqualTo(3L * MIB);
        assertThat(((Failure.PartlyWritten) failure).cause()).isInstanceOf(Failure.VolumeFull.class);
        long sent = cluster.calls.stream()
                .filter(call -> call instanceof Call.Apply apply && apply.change() instanceof Change.Write)
                .count();
        assertThat(sent).isLessThan(30);
    }

    @Test
    void bufferChangedBeforeCompletion_isRefused() {
        DFile file = open("w", "");
        get(file.write(utf8("good")));
        CountDownLatch hold = new CountDownLatch(1);
        cluster.onNetwork(() -> Stages.await(hold));
        ByteBuffer buffer = utf8("before");
        CompletionStage<Receipt> written = file.write(buffer);
        buffer.put(0, (byte) 'X');
        hold.countDown();
        assertThat(failure(written)).isInstanceOf(Failure.ChecksumMismatch.class);
        assertThat(content()).isEqualTo("good");
        get(file.writeAt(0, utf8("next")));
        assertThat(content()).isEqualTo("next");
    }

    @Test
    void deletedAndCreatedAgain_isReplaced() {
        DFile file = open("r+", "one");
        get(files.delete("f"));
        assertThat(failure(file.read(1))).isInstanceOf(Failure.NoSuchFile.class);
        assertThat(failure(file.write(utf8("x")))).isInstanceOf(Failure.NoSuchFile.class);
        get(files.write("f", utf8("two").array()));
        assertThat(failure(file.read(1))).isInstanceOf(Failure.Replaced.class);
        assertThat(failure(file.write(utf8("x")))).isInstanceOf(Failure.Replaced.class);
        assertThat(failure(file.append(utf8("x")))).isInstanceOf(Failure.Replaced.class);
        assertThat(failure(file.truncate(0))).isInstanceOf(Failure.Replaced.class);
        assertThat(failure(file.size())).isInstanceOf(Failure.Replaced.class);
        assertThat(content()).isEqualTo("two");
    }

    @Test
    void flush_tellsTheFirstFailureOnce() {
        DFile file = open("r+", "one");
        get(files.delete("f"));
        file.write(utf8("x"));
        assertThat(failure(file.flush())).isInstanceOf(Failure.NoSuchFile.class);
        get(file.flush());
    }

    @Test
    void damagedReply_isAskedForOnceMore() {
        DFile file = open("r", "abc");
        AtomicInteger damaged = new AtomicInteger(1);
        cluster.rule = (to, call) -> call instanceof Call.Read && damaged.getAndDecrement() > 0
                ? new FakeCluster.Fate.AnswerWith(id -> new FileReply.Contents(
                        id,
                        new org.dfile.model.FileVersion(1, 1),
                        3,
                        0,
                        org.dfile.model.Bytes.received(utf8("abX"), 17)))
                : FakeCluster.DELIVER;
        assertThat(text(get(file.readAt(0, 3)))).isEqualTo("abc");
        damaged.set(2);
        assertThat(failure(file.readAt(0, 3))).isInstanceOf(Failure.CorruptData.class);
    }

    @Test
    void callersMistakes_throwAtTheCall() {
        DFile reader = open("r", "abc");
        assertThatThrownBy(() -> reader.write(utf8("x"))).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> reader.append(utf8("x"))).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> reader.truncate(0)).isInstanceOf(NonWritableChannelException.class);
        assertThatThrownBy(() -> reader.read(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.readAt(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.seek(Limits.MAX_FILE_BYTES + 1)).isInstanceOf(IllegalArgumentException.class);
        DFile writer = get(files.open("f", "a"));
        assertThatThrownBy(() -> writer.read(1)).isInstanceOf(NonReadableChannelException.class);
        assertThatThrownBy(() -> writer.readLine()).isInstanceOf(NonReadableChannelException.class);
        assertThatThrownBy(() -> writer.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closed_throwsAtTheCall() {
        DFile file = open("r+", "abc");
        file.write(utf8("x"));
        get(file.close());
        get(file.close());
        assertThatThrownBy(() -> file.read(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.write(utf8("x"))).isInstanceOf(IllegalStateException.class);
        assertThat(content()).isEqualTo("xbc");
    }

    @Test
    void writeBeyondTheLongestFile_fails() {
        DFile file = open("r+", "abc");
        file.seek(Limits.MAX_FILE_BYTES);
        assertThat(failure(file.write(utf8("x")))).isInstanceOf(Failure.FileTooLong.class);
        assertThat(get(file.read(10)).remaining()).isZero();
    }
}
