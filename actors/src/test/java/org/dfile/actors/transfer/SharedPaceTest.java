package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedPaceTest {

    private final AtomicLong now = new AtomicLong(1_000);
    private final Pace pace = new SharedPace(1_000_000, now::get);

    private long millisUntil(int byteCount) {
        return TimeUnit.NANOSECONDS.toMillis(pace.nanosUntil(byteCount));
    }

    @Test
    void turns_followEachOtherAtTheRate() {
        assertThat(millisUntil(100_000)).isZero();
        assertThat(millisUntil(100_000)).isEqualTo(100);
        assertThat(millisUntil(1)).isEqualTo(200);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(150));
        assertThat(millisUntil(1)).isEqualTo(50);
    }

    @Test
    void longRest_isNotSavedUp() {
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(millisUntil(100_000)).isZero(); // what 100 ms are worth
        assertThat(millisUntil(100_000)).isZero();
        assertThat(millisUntil(100_000)).isEqualTo(100);
    }
}
