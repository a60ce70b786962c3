package org.dfile.manager.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Against a real OpenSSH server on loopback. Skipped, loudly, where none is installed. */
final class OpenSshClusterTest extends SshClusterContract {

    @TempDir
    private static Path distribution;

    @BeforeAll
    static void make() throws IOException {
        boolean installed = Files.isExecutable(SshServers.SSHD);
        if (!installed) {
            System.err.println("SKIPPED: " + SshServers.SSHD + " is not there, so nothing was tried against a real"
                    + " OpenSSH server; install openssh-server");
        }
        Assumptions.assumeTrue(installed, SshServers.SSHD + " is not installed");
        TestDistribution.make(distribution);
    }

    @Override
    SshServers.Server start(Path folder, String authorizedKey) throws IOException {
        return SshServers.openSsh(folder, authorizedKey);
    }

    @Override
    Path distribution() {
        return distribution;
    }
}
