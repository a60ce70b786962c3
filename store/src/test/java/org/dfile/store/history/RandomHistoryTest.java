package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.dfile.store.Control;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Random histories of the store, each compared with the model after every step; and that a broken store is noticed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RandomHistoryTest {

    private static final int SEEDS = 500;
    private static final int SEEDS_OF_CONTROL = 100;

    @TempDir(factory = FastTempDir.class)
    Path directory;

    @Test
    @Order(1)
    void control_checksumsUnchecked_damagedBytesAreNoticed() {
        assertNoticed(Control.NO_CHECKSUMS, "a changed bit in a data file");
    }

    @Test
    @Order(2)
    void control_tailCutOffSilently_lostChangesAreNoticed() {
        assertNoticed(Control.TAIL_CUT_OFF, "a changed bit in the log");
    }

    private void assertNoticed(Control control, String step) {
        assertThatThrownBy(() -> Seeds.some(1, SEEDS_OF_CONTROL, RandomHistory.in(directory, control, new Counts())))
                .isInstanceOfSatisfying(
                        Seeds.SeedFailure.class,
                        failure -> System.out.println(control + " noticed at seed " + failure.seed() + ", " + step))
                .hasMessageContaining(step);
    }

    @Test
    @Order(3)
    void anyHistory_restartsAndFaults_isThatOfTheModel() throws Exception {
        Counts counts = new Counts();
        int differences = 1;
        try {
            Seeds.all("random histories", SEEDS, RandomHistory.in(directory, Control.NONE, counts));
            differences = 0;
        } finally {
            System.out.println("random histories: " + counts + ", " + differences + " differences");
        }
        if (!Seeds.replay()) {
            assertThat(counts.compactedBytes()).isPositive();
        }
    }
}
