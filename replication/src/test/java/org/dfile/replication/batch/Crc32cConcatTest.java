package org.dfile.replication.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dfile.model.Bytes;
import org.dfile.model.StagedBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Crc32cConcatTest {

    private record Piece(int byteCount, int crc32c) implements StagedBytes {}

    @Test
    void of_noPieces_isThatOfNothing() {
        assertThat(Crc32cConcat.of(List.of())).isEqualTo(Bytes.EMPTY.crc32c());
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10,3", "4096,4096", "100000,4096", "100001,100000", "65536,1", "300000,65536"})
    void of_piecesOfContent_isThatOfTheWhole(int byteCount, int pieceBytes) {
        byte[] content = new byte[byteCount];
        new Random(byteCount).nextBytes(content);
        List<StagedBytes> pieces = new ArrayList<>();
        for (int start = 0; start < byteCount; start += pieceBytes) {
            int count = Math.min(pieceBytes, byteCount - start);
            pieces.add(new Piece(count, Bytes.checksum(ByteBuffer.wrap(content, start, count))));
        }
        assertThat(Crc32cConcat.of(pieces)).isEqualTo(Bytes.of(content).crc32c());
    }
}
