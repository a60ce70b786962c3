package org.dfile.actors.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.dfile.model.Limits;
import org.junit.jupiter.api.Test;

final class HeapPartTest {

    private static final long MIB = 1 << 20;

    @Test
    void cut_limitIsWithinThePart_stays() {
        assertThat(HeapPart.REQUESTS.cut(64 * MIB, 256 * MIB)).isEqualTo(64 * MIB);
    }

    @Test
    void cut_limitIsAboveThePart_isThePart() {
        assertThat(HeapPart.REQUESTS.cut(256 * MIB, 192 * MIB)).isEqualTo(48 * MIB);
    }

    @Test
    void cut_tinyHeap_oneChunkFits() {
        assertThat(HeapPart.HEADS.cut(256 * MIB, MIB)).isEqualTo(Limits.MAX_CHUNK_BYTES);
    }

    @Test
    void all_together_leaveAFifthOfTheHeap() {
        long heap = 256 * MIB;
        long parts = Arrays.stream(HeapPart.values())
                .mapToLong(part -> part.cut(Long.MAX_VALUE, heap))
                .sum();
        long fetchedTwice = HeapPart.RANGES_FETCHED.cut(Long.MAX_VALUE, heap);
        long aheadToTwo = HeapPart.AHEAD_TO_ONE.cut(Long.MAX_VALUE, heap);
        assertThat(parts + fetchedTwice + aheadToTwo).isLessThanOrEqualTo(heap * 4 / 5);
    }
}
