package org.dfile.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five nodes and three clients against a map in memory. */
final class RandomOperationsTest {

    private static final int STEPS = 1_500;

    @Test
    void anyOperations_doWhatThePlainModelDoes(@TempDir Path folder) throws IOException {
        long seed = Seeds.seed("random operations");
        try (JvmCluster cluster = JvmCluster.start(folder, 5)) {
            RandomDriver driver =
                    new RandomDriver(List.of(cluster.connect(), cluster.connect(), cluster.connect()), seed);
            for (int step = 0; step < STEPS; step++) {
                driver.step();
            }
            driver.finish();
        }
    }
}
