package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Crc32cConcatTest {

    @Test
    void crc32c_noPieces_isThatOfNothing() {
        assertThat(new Crc32cConcat().crc32c()).isEqualTo(Bytes.EMPTY.crc32c());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10,3", "4096,4096", "100000,4096", "100001,100000", "65536,1", "300000,65536"})
    void crc32c_piecesOfContent_isThatOfTheWhole(int byteCount, int pieceBytes) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        Crc32cConcat pieces = new Crc32cConcat();
        for (int start = 0; start < byteCount; start += pieceBytes) {
            int count = Math.min(pieceBytes, byteCount - start);
            pieces.add(Bytes.checksum(ByteBuffer.wrap(content, start, count)), count);
        }
        assertThat(pieces.crc32c()).isEqualTo(Bytes.of(content).crc32c());
    }
}
