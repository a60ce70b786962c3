package org.dfile.manager.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A distribution for all tests of a class, and a new {@link ClusterFixture} for each. */
abstract class WithDistribution {

    @TempDir
    static Path distribution;

    @TempDir
    Path root;

    ClusterFixture world;

    @BeforeAll
    static void make() throws IOException {
        TestDistribution.make(distribution);
    }

    @BeforeEach
    final void openWorld() throws IOException {
        world = new ClusterFixture(root, distribution);
    }

    @AfterEach
    final void closeWorld() throws IOException {
        world.close();
    }
}
