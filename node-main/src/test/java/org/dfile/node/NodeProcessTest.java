package org.dfile.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.dfile.model.Failure;
import org.dfile.model.Version;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.NodeState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operator and launcher see of a node: lines and exit codes of a real process. */
class NodeProcessTest extends WithNodeFolder {

    private static final String FILLER = "x".repeat(1_000_000);

    private NodeProcess start() throws IOException {
        return new NodeProcess(folder.settings().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void signal_runningNode_stopsInOrderAndKeepsEverything(String signal) throws Exception {
        try (NodeProcess node = start()) {
            assertThat(node.readyLine())
                    .isEqualTo("DFile " + Version.TEXT + " node n1 ready at " + address + " (pid " + node.pid()
                            + ", cluster " + NodeFolder.CLUSTER + ")");
            assertThat(client.put(address, "kept", "content")).isInstanceOf(FileReply.Changed.class);
            node.signal(signal);

            assertThat(node.exitCode()).isZero();
            assertThat(node.errors()).isEmpty();
            assertThat(node.output()).noneMatch(line -> line.contains(NodeFolder.TOKEN));
        }
        try (NodeProcess again = start()) {
            again.readyLine();
            assertThat(client.content(address, "kept")).isEqualTo("content");
        }
    }

    @Test
    void sigkill_afterAnAcknowledgedWrite_losesNothing() throws Exception {
        try (NodeProcess node = start()) {
            node.readyLine();
            client.put(address, "kept", "content");
            node.signal("KILL");
            assertThat(node.exitCode()).isEqualTo(128 + 9);
        }
        try (NodeProcess again = start()) {
            again.readyLine();
            assertThat(client.content(address, "kept")).isEqualTo("content");
        }
    }

    @Test
    void kill_withToken_isAnsweredAndTheProcessLeaves() throws Exception {
        try (NodeProcess node = start()) {
            node.readyLine();

            AdminReply reply = client.admin(address, to -> new AdminRequest.Kill(NodeFolder.TOKEN, to));

            assertThat(reply).isInstanceOf(AdminReply.Killed.class);
            assertThat(node.exitCode()).isZero();
            assertThat(node.output()).noneMatch(line -> line.contains(NodeFolder.TOKEN));
        }
    }

    @Test
    void amnesiac_saysSoAndStays() throws Exception {
        folder.writeSettings("dfile.node.format = false");
        try (NodeProcess node = start()) {
            assertThat(node.readyLine()).contains("node n1 amnesiac at " + address);
            assertThat(client.status(address).state()).isEqualTo(NodeState.AMNESIAC);
        }
    }

    /** No file may grow beyond a limit, so a write fails in the middle of the run, as on a failing disk. */
    @Test
    void failedWrite_endsTheProcessWithCode5AndLosesNothingAcknowledged() throws Exception {
        try (NodeProcess first = start()) {
            first.readyLine();
            first.signal("TERM");
            assertThat(first.exitCode()).isZero();
        }
        List<String> limited = List.of("bash", "-c", "ulimit -f 20480; exec \"$@\"", "bash");
        int acknowledged = 0;
        try (NodeProcess node = new NodeProcess(limited, folder.settings().toString())) {
            node.readyLine();
            FileReply reply = client.put(address, "file-0", "0:" + FILLER);
            while (reply instanceof FileReply.Changed && acknowledged < 40) {
                acknowledged++;
                reply = client.put(address, "file-" + acknowledged, acknowledged + ":" + FILLER);
            }
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            FileReply.Failed.class,
                            failed -> assertThat(failed.failure()).isInstanceOf(Failure.StorageFailed.class));
            assertThat(node.exitCode()).isEqualTo(5);
            assertThat(node.errors()).containsExactly("dfile node: the disk failed; see the log");
            assertThat(acknowledged).isPositive();
        }
        try (NodeProcess again = start()) {
            again.readyLine();
            for (int i = 0; i < acknowledged; i++) {
                assertThat(client.content(address, "file-" + i)).startsWith(i + ":x");
            }
        }
    }

    @Test
    void badSettings_areRefusedInOneLineWithCode2() throws Exception {
        folder.writeSettings("dfile.node.format = maybe");

        assertRefused(2, "node.conf", "format");
    }

    @Test
    void volumeInUse_isRefusedInOneLineWithCode3() throws Exception {
        try (NodeProcess first = start()) {
            first.readyLine();
            folder.writeSettings("dfile.node.bind.port = " + NodeFolder.freePort());

            assertRefused(3, folder.data().toString(), "use");
        }
    }

    @Test
    void portInUse_isRefusedInOneLineWithCode4() throws Exception {
        try (ServerSocket other = new ServerSocket(address.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();

            assertRefused(4, "127.0.0.1:" + address.port(), "in use");
        }
    }

    private void assertRefused(int exitCode, String... named) throws Exception {
        try (NodeProcess node = start()) {
            assertThat(node.exitCode()).isEqualTo(exitCode);
            assertThat(node.errors())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("dfile node: ")
                    .contains(named);
        }
    }

    @Test
    void helpAndVersion_arePrinted() throws Exception {
        try (NodeProcess help = new NodeProcess("--help");
                NodeProcess version = new NodeProcess("--version");
                NodeProcess nothing = new NodeProcess()) {
            assertThat(help.exitCode()).isZero();
            assertThat(help.output()).anyMatch(line -> line.contains("Exit codes"));
            assertThat(version.exitCode()).isZero();
            assertThat(version.output()).containsExactly("DFile " + Version.TEXT);
            assertThat(nothing.exitCode()).isEqualTo(2);
            assertThat(nothing.errors()).first().asString().startsWith("Usage: ");
        }
    }
}
