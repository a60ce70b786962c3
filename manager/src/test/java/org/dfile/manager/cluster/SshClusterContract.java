package org.dfile.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.dfile.manager.cluster.ClusterFixture.Run;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What up, status and down do over SSH, with any server: key, host key, upload, start, stop. */
@Timeout(120)
abstract class SshClusterContract {

    @TempDir
    private Path root;

    private ClusterFixture world;
    private SshServers.Server server;
    private String ports = "";

    /** Starts the server; it lets in who has the key. */
    abstract SshServers.Server start(Path folder, String authorizedKey) throws Exception;

    /** The distribution that is sent. */
    abstract Path distribution();

    @BeforeEach
    void open() throws Exception {
        world = new ClusterFixture(root, distribution());
        Files.createDirectories(world.home.resolve(".ssh"));
        server = start(Files.createDirectories(root.resolve("sshd")), newKey("id_ecdsa"));
        ports = ClusterFixture.freePorts(2).toString();
        hosts(world.stubJava());
    }

    @AfterEach
    void close() throws IOException {
        world.close();
        server.close();
    }

    @Test
    void upStatusDown_newHosts_sendProgramOnceAndLeaveNothingRunning() throws IOException {
        Run unknown = world.run("up").expect(ExitCodes.NONE);
        assertThat(unknown.err())
                .contains("could not connect")
                .contains("likely cause: the host's key is not in ~/.ssh/known_hosts")
                .contains("--accept-new-host-keys");
        assertThat(world.home.resolve(".ssh/known_hosts")).doesNotExist();

        Run first = world.run("up", "--accept-new-host-keys").expect(ExitCodes.OK);
        assertThat(first.out())
                .containsPattern("[0-9]+ files of the program sent")
                .contains("2/2 up");
        assertThat(Files.readString(world.home.resolve(".ssh/known_hosts"))).contains(server.hostKey());
        Path node = root.resolve("remote/n1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.resolve("admin.token"))))
                .isEqualTo("rw-------");
        assertThat(node.resolve("node.conf")).content().contains("format=true");

        assertThat(world.run("status", "--json")
                        .expect(ExitCodes.OK)
                        .json()
                        .at("/nodes/1/state")
                        .asText())
                .isEqualTo("READY");
        assertThat(world.run("up").expect(ExitCodes.OK).out()).containsPattern("n1 +up already");
        Run down = world.run("down").expect(ExitCodes.OK);
        assertThat(down.out())
                .containsPattern("n1 +down, pid [0-9]+ stopped in order")
                .contains("2/2 down");
        assertThat(world.run("down").expect(ExitCodes.OK).out()).contains("2/2 already down");

        Path damaged = Files.writeString(root.resolve("remote/dist/dfile.jar"), "cut off");
        Files.writeString(root.resolve("remote/dist/lib/old.jar"), "of an older version");
        Run second = world.run("up").expect(ExitCodes.OK);
        assertThat(second.out()).containsOnlyOnce("files of the program sent").contains(" 1 files of the program sent");
        assertThat(damaged).hasSameBinaryContentAs(distribution().resolve("dfile.jar"));
        assertThat(root.resolve("remote/dist/lib/old.jar")).doesNotExist();
        assertThat(node.resolve("node.conf")).content().contains("format=false");
        world.run("down").expect(ExitCodes.OK);
    }

    @Test
    void up_keyOfNobody_isRefusedAndSaysSo() throws Exception {
        trust(server.hostKey());
        newKey("id_ecdsa"); // another one in its place

        Run run = world.run("up").expect(ExitCodes.NONE);

        assertThat(run.err()).contains("could not connect").contains("likely cause: the host accepts none of the keys");
    }

    @Test
    void up_changedHostKey_isRefusedAlsoWhereNewOnesAreAccepted() throws Exception {
        trust(newKey("id_other"));

        Run run = world.run("up", "--accept-new-host-keys").expect(ExitCodes.NONE);

        assertThat(run.err()).contains("likely cause: the host shows another key than ~/.ssh/known_hosts has");
    }

    @Test
    void up_noJavaOnTheHost_isFoundBeforeAnythingIsSent() throws Exception {
        trust(server.hostKey());
        hosts("/no/such/java");

        Run run = world.run("up").expect(ExitCodes.NONE);

        assertThat(run.err())
                .contains("could not check Java: no Java at \"/no/such/java\"")
                .contains("install Java 17");
        assertThat(root.resolve("remote/dist")).doesNotExist();
    }

    /** Getting as far as Java shows that the host let us in; nothing needs to be started for that. */
    void expectLetIn() throws IOException {
        hosts("/no/such/java");
        assertThat(world.run("up").expect(ExitCodes.NONE).err()).contains("could not check Java");
    }

    ClusterFixture world() {
        return world;
    }

    SshServers.Server server() {
        return server;
    }

    private void hosts(String java) throws IOException {
        String[] each = ports.replaceAll("[\\[\\] ]", "").split(",", -1);
        Files.writeString(world.hostList, """
                defaults { ssh-port = %d, dir = "%s", heap = 128m, java = "%s" }
                hosts = [
                  { id = n1, address = "127.0.0.1", port = %s }
                  { id = n2, address = "127.0.0.1", port = %s }
                ]
                """.formatted(server.port(), root.resolve("remote"), java, each[0], each[1]));
    }

    void trust(String hostKey) throws IOException {
        Files.writeString(
                world.home.resolve(".ssh/known_hosts"), "[127.0.0.1]:" + server.port() + " " + hostKey + "\n");
    }

    /** Makes a key in the user's .ssh and returns its public half. */
    String newKey(String name) throws JSchException, IOException {
        KeyPair key = KeyPair.genKeyPair(new JSch(), KeyPair.ECDSA, 256);
        key.writePrivateKey(world.home.resolve(".ssh").resolve(name).toString());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        key.writePublicKey(text, "test");
        String[] words = text.toString(UTF_8).strip().split(" ", -1);
        return words[0] + " " + words[1];
    }
}
