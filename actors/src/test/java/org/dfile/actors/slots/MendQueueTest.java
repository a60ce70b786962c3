package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.dfile.model.FileName;
import org.junit.jupiter.api.Test;

class MendQueueTest {

    private static final FileName A = FileName.of("a");
    private static final FileName B = FileName.of("b");
    private static final FileName C = FileName.of("c");

    private final MendQueue queue = new MendQueue(
            new SlotsSettings.Repair(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1, 2, Duration.ofMillis(100), 3));

    @Test
    void next_fewestCopiesFirst_boundedAtATime() {
        queue.add(A, 2);
        queue.add(B, 1);
        queue.add(C, 2);
        assertThat(queue.next(0)).containsExactly(B, A);
        assertThat(queue.next(0)).isEmpty();
        queue.mended(B);
        assertThat(queue.next(0)).containsExactly(C);
        assertThat(queue.mended()).isEqualTo(1);
    }

    @Test
    void next_nothingHeardOfOneUnderWay_givesItsPlaceUp() {
        queue.add(A, 1);
        queue.add(B, 1);
        queue.add(C, 1);
        queue.next(0);
        assertThat(queue.next(99)).isEmpty();
        assertThat(queue.next(100)).containsExactly(C);
        queue.mended(A);
        assertThat(queue.mended()).isZero();
        assertThat(queue.isDone(A.slot())).isTrue();
        assertThat(queue.isDone(C.slot())).isFalse();
    }

    @Test
    void add_waitsAlreadyOrNoRoom_nothing() {
        queue.add(A, 1);
        queue.add(A, 1);
        queue.add(B, 1);
        queue.add(C, 1);
        queue.add(FileName.of("d"), 1);
        assertThat(queue.hasRoom()).isFalse();
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void dropAllBut_slotsOfOthers_areForgotten() {
        queue.add(A, 1);
        queue.add(B, 1);
        queue.dropAllBut(Set.of(A.slot()));
        assertThat(queue.isDone(B.slot())).isTrue();
        assertThat(queue.next(0)).containsExactly(A);
    }
}
