package org.dfile.manager.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Against Apache MINA's SSH server in this process. */
final class EmbeddedSshClusterTest extends SshClusterContract {

    @TempDir
    private static Path distribution;

    @BeforeAll
    static void make() throws IOException {
        TestDistribution.make(distribution);
    }

    @Override
    SshServers.Server start(Path folder, String authorizedKey) throws Exception {
        return SshServers.embedded(authorizedKey);
    }

    @Override
    Path distribution() {
        return distribution;
    }
}
