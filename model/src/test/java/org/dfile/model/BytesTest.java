package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BytesTest {

    private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

    /** The check value that every description of CRC-32C gives. */
    @Test
    void checksum_isCrc32c() {
        assertThat(Bytes.of(CHECK).crc32c()).isEqualTo(0xE3069283);
        assertThat(Bytes.of(CHECK)).hasToString("9 bytes, CRC32C e3069283");
        assertThat(Bytes.EMPTY.crc32c()).isZero();
        assertThat(Bytes.EMPTY.byteCount()).isZero();
    }

    @Test
    void bufferChangedAfterwards_isNoticed() {
        byte[] content = CHECK.clone();
        Bytes bytes = Bytes.of(content);
        assertThat(bytes.intact()).isTrue();

        content[8]++;

        assertThat(bytes.intact()).isFalse();
        assertThat(bytes.crc32c()).isEqualTo(0xE3069283);
    }

    @Test
    void received_withAnotherChecksum_keepsItAndIsNotIntact() {
        Bytes bytes = Bytes.received(ByteBuffer.wrap(CHECK), 17);

        assertThat(bytes.crc32c()).isEqualTo(17);
        assertThat(bytes.intact()).isFalse();
        assertThat(Bytes.received(ByteBuffer.wrap(CHECK), 0xE3069283).intact()).isTrue();
    }

    @Test
    void of_partOfABuffer_takesWhatRemainsAndLeavesPositions() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(20);
        buffer.position(5).put(CHECK).flip().position(5);

        Bytes bytes = Bytes.of(buffer);

        assertThat(bytes).isEqualTo(Bytes.of(CHECK)).hasSameHashCodeAs(Bytes.of(CHECK));
        assertThat(bytes.byteCount()).isEqualTo(9);
        assertThat(buffer.position()).isEqualTo(5);
        assertThat(buffer.limit()).isEqualTo(14);
    }

    @Test
    void buffer_isReadOnlyAndOnItsOwn() {
        Bytes bytes = Bytes.of(CHECK.clone());
        bytes.buffer().get();

        assertThat(bytes.buffer().remaining()).isEqualTo(9);
        assertThatThrownBy(() -> bytes.buffer().put((byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }
}
