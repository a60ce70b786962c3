package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.dfile.model.Bytes;
import org.junit.jupiter.api.Test;

class RangeWindowTest {

    private static final Bytes TEN = Bytes.of(new byte[10]);

    private static RangeWindow window(int ranges, int size) {
        return new RangeWindow(
                IntStream.range(0, ranges).mapToObj(RangeWindowTest::range).iterator(), size);
    }

    private static RangeWindow.Range range(int number) {
        return new RangeWindow.Range(0, 10L * number, 10);
    }

    @Test
    void ask_noMoreThanTheWindow_untilTheFirstIsKept() {
        RangeWindow window = window(4, 2);
        assertThat(window.ask(0)).contains(range(0));
        assertThat(window.ask(0)).contains(range(1));
        assertThat(window.ask(0)).isEmpty();
        assertThat(window.arrived(0, 10, TEN)).isTrue();
        assertThat(window.first()).isEmpty(); // in order
        assertThat(window.ask(0)).isEmpty();
        window.arrived(0, 0, TEN);
        assertThat(window.first()).contains(new RangeWindow.Arrived(range(0), TEN));
        window.kept();
        assertThat(window.first()).contains(new RangeWindow.Arrived(range(1), TEN));
        assertThat(window.ask(0)).contains(range(2));
    }

    @Test
    void isDone_onlyWhenAllAreKept() {
        RangeWindow window = window(1, 2);
        assertThat(window.isDone()).isFalse();
        window.ask(0);
        window.arrived(0, 0, TEN);
        assertThat(window.isDone()).isFalse();
        window.kept();
        assertThat(window.isDone()).isTrue();
        assertThat(window(0, 1).isDone()).isTrue();
    }

    @Test
    void damagedBytes_areAsGoodAsLost() {
        RangeWindow window = window(1, 1);
        window.ask(0);
        assertThat(window.arrived(0, 0, Bytes.received(ByteBuffer.allocate(10), 17)))
                .isTrue();
        assertThat(window.first()).isEmpty();
        assertThat(window.overdue(1, 5)).containsExactly(range(0));
    }

    @Test
    void otherLength_isSaid_andStraysAreNot() {
        RangeWindow window = window(1, 1);
        window.ask(0);
        assertThat(window.arrived(0, 0, Bytes.of(new byte[9]))).isFalse();
        assertThat(window.arrived(0, 70, Bytes.of(new byte[9]))).isTrue();
        assertThat(window.arrived(1, 0, Bytes.of(new byte[9]))).isTrue();
        assertThat(window.first()).isEmpty();
    }

    @Test
    void overdue_countsAttemptsAndLeavesTheOthers() {
        RangeWindow window = window(3, 3);
        window.ask(0);
        window.ask(100);
        window.ask(0);
        window.asked(range(2), 500); // waits for its turn
        assertThat(window.mostAttempts()).isEqualTo(1);
        assertThat(window.overdue(50, 60)).containsExactly(range(0));
        assertThat(window.overdue(50, 60)).isEmpty();
        assertThat(window.overdue(70, 80)).containsExactly(range(0));
        assertThat(window.mostAttempts()).isEqualTo(3);
        window.arrived(0, 0, TEN);
        assertThat(window.overdue(200, 210)).isEqualTo(List.of(range(1)));
    }
}
