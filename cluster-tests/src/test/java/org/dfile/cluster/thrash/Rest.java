package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets things happen for a while. Nobody waits for anything by it: how long a fault lasts is what a test decides. */
final class Rest {

    private Rest() {}

    static void millis(long millis) {
        try {
            boolean ended = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
            assertThat(ended).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
