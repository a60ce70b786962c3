package org.dfile.manager.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.awaitility.Awaitility;

/** SSH servers on loopback that let one key in and really run what they are told. */
final class SshServers {

    /** A running server. */
    interface Server extends AutoCloseable {

        int port();

        /** The public host key: type and base64. */
        String hostKey();

        @Override
        void close() throws IOException;
    }

    static final Path SSHD = Path.of("/usr/sbin/sshd");

    private SshServers() {}

    /** Apache MINA's server, in this process. */
    static Server embedded(String authorizedKey) throws IOException, java.security.GeneralSecurityException {
        SshServer server = SshServer.setUpDefaultServer();
        KeyPair hostKey = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setCommandFactory(new ProcessShellCommandFactory());
        server.setSubsystemFactories(java.util.List.of(new SftpSubsystemFactory()));
        java.security.PublicKey allowed =
                PublicKeyEntry.parsePublicKeyEntry(authorizedKey).resolvePublicKey(null, null, null);
        server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, allowed));
        server.start();
        return new Server() {
            @Override
            public int port() {
                return server.getPort();
            }

            @Override
            public String hostKey() {
                return PublicKeyEntry.toString(hostKey.getPublic());
            }

            @Override
            public void close() throws IOException {
                server.stop(true);
            }
        };
    }

    /** OpenSSH's server, a process of its own with a configuration of its own. */
    static Server openSsh(Path folder, String authorizedKey) throws IOException {
        Path hostKey = folder.resolve("host_key");
        ClusterFixture.sh("ssh-keygen -q -t ed25519 -N '' -f '" + hostKey + "'");
        Path authorized = Files.writeString(folder.resolve("authorized_keys"), authorizedKey + "\n");
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd")); // sshd of root insists on it
        }
        int port = ClusterFixture.freePorts(1).get(0);
        Path config = Files.writeString(folder.resolve("sshd_config"), """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                AuthorizedKeysFile %s
                PidFile none
                UsePAM no
                StrictModes no
                PasswordAuthentication no
                Subsystem sftp internal-sftp
                """.formatted(port, hostKey, authorized));
        Process process = new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        Awaitility.await("sshd").atMost(Duration.ofSeconds(10)).until(() -> listens(port));
        String[] publicKey = Files.readString(folder.resolve("host_key.pub")).split(" ", -1);
        return new Server() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public String hostKey() {
                return String.join(" ", Arrays.copyOf(publicKey, 2));
            }

            @Override
            public void close() {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                process.onExit().join();
            }
        };
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
