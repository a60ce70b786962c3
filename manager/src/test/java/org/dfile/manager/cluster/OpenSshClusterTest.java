package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

    @Test
    void up_keyInTheAgentOnly_isLetIn() throws Exception {
        trust(server().hostKey());
        Path ssh = world().home.resolve(".ssh");
        Path socket = world().root.resolve("agent");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Awaitility.await("ssh-agent").until(() -> Files.exists(socket));
            int added = ClusterFixture.sh("chmod 600 '" + ssh + "/id_ecdsa' && SSH_AUTH_SOCK='" + socket + "' ssh-add '"
                    + ssh + "/id_ecdsa'");
            assertThat(added).isZero();
            Files.delete(ssh.resolve("id_ecdsa"));
            world().environment.put("SSH_AUTH_SOCK", socket.toString());

            expectLetIn();
        } finally {
            agent.destroy();
            agent.onExit().join();
        }
    }

    @Test
    void up_userPortAndKeyInTheSshConfiguration_areUsed() throws Exception {
        Path ssh = world().home.resolve(".ssh");
        Files.move(ssh.resolve("id_ecdsa"), ssh.resolve("for-dfile"));
        Files.writeString(
                ssh.resolve("known_hosts"), "[127.0.0.1]:" + server().port() + " " + server().hostKey() + "\n");
        Files.writeString(ssh.resolve("config"), """
                Host far
                  HostName 127.0.0.1
                  Port %d
                  User %s
                  IdentityFile ~/.ssh/for-dfile
                """.formatted(server().port(), System.getProperty("user.name")));
        Files.writeString(world().hostList, """
                allow-plain-tcp = true
                hosts = [ { id = n1, address = far, dir = "%s", java = "/no/such/java" } ]
                """.formatted(world().root.resolve("remote")));

        assertThat(world().run("up").expect(ExitCodes.NONE).err()).contains("could not check Java");
    }
}
