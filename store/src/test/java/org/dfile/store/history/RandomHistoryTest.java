package org.dfile.store.history;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.dfile.store.Control;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random histories of the store, each compared with the model after every step; and that a broken store is noticed. */
class RandomHistoryTest {

    private static final int SEEDS = 500;
    private static final int SEEDS_OF_CONTROL = 100;

    @TempDir(factory = FastTempDir.class)
    Path directory;

    @Test
    void anyHistory_restartsAndFaults_isThatOfTheModel() throws Exception {
        long count = Seeds.all("random histories", SEEDS, RandomHistory.in(directory, Control.NONE));
        System.out.println(count + " seeds, no difference between store and model");
    }

    @Test
    void control_checksumsUnchecked_damagedBytesAreNoticed() {
        assertNoticed(Control.NO_CHECKSUMS, "a changed bit in a data file");
    }

    @Test
    void control_tailCutOffSilently_lostChangesAreNoticed() {
        assertNoticed(Control.TAIL_CUT_OFF, "a changed bit in the log");
    }

    private void assertNoticed(Control control, String step) {
        assertThatThrownBy(() -> Seeds.some(1, SEEDS_OF_CONTROL, RandomHistory.in(directory, control)))
                .isInstanceOfSatisfying(
                        Seeds.SeedFailure.class,
                        failure -> System.out.println(control + " noticed at seed " + failure.seed() + ", " + step))
                .hasMessageContaining(step);
    }
}
