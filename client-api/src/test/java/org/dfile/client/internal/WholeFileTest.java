package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;
import static org.dfile.client.internal.Stages.utf8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dfile.model.Failure;
import org.dfile.model.InvalidFileNameException;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are written, read, appended to and deleted by their names. */
@Timeout(30)
class WholeFileTest extends ClientFixture {

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
        assertThat(receipt.crc32c()).isEqualTo(org.dfile.model.Bytes.of(content).crc32c());
        assertThat(sent(Call.Stage.class)).isEqualTo((byteCount + MIB - 1) / MIB);
        assertThat(sent(Call.Apply.class)).isEqualTo(1);
        assertThat(get(files.readAll("f"))).isEqualTo(content);
    }

    @Test
    void modes_areKept() {
        assertThat(failure(files.write("f", utf8("x"), WriteMode.REPLACE_EXISTING)))
                .isInstanceOf(Failure.NoSuchFile.class);
        get(files.write("f", utf8("one"), WriteMode.CREATE_NEW));
        assertThat(failure(files.write("f", utf8("x"), WriteMode.CREATE_NEW))).isInstanceOf(Failure.FileExists.class);
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
        AtomicInteger publishes = cluster.restartAtFirstPublish("f", FakeCluster.DELIVER);
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
