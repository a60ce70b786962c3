package org.dfile.actors.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryLimitTest {

    private final MemoryLimit bytes = new MemoryLimit(100);
    private final MemoryLimit.Account one = bytes.open();
    private final MemoryLimit.Account two = bytes.open();

    @Test
    void tryAcquire_beyondTheLimit_isRefusedUntilReleased() {
        assertThat(one.tryAcquire(60)).isTrue();
        assertThat(two.tryAcquire(41)).isFalse();
        assertThat(two.tryAcquire(40)).isTrue();
        one.release(60);
        assertThat(two.tryAcquire(60)).isTrue();
        assertThat(one.tryAcquire(1)).isFalse();
    }

    @Test
    void tryAcquire_ofMoreThanTheLimitAlone_isAccepted() {
        assertThat(one.tryAcquire(101)).isTrue();
        assertThat(two.tryAcquire(1)).isFalse();
        assertThat(two.tryAcquire(0)).isTrue();
    }

    @Test
    void isCrowded_aboveThreeQuarters() {
        one.tryAcquire(75);
        assertThat(two.isCrowded()).isFalse();
        one.tryAcquire(5);
        assertThat(two.isCrowded()).isTrue();
        one.release(5);
        assertThat(two.isCrowded()).isFalse();
    }

    @Test
    void close_givesBackAllAndIgnoresWhatIsReleasedLater() {
        one.tryAcquire(60);
        two.tryAcquire(30);
        one.close();
        one.release(60);
        one.close();
        assertThat(one.tryAcquire(1)).isFalse();
        assertThat(two.tryAcquire(71)).isFalse();
        assertThat(two.tryAcquire(70)).isTrue();
    }
}
