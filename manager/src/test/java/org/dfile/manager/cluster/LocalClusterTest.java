package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.dfile.manager.cluster.ClusterFixture.Run;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The commands with real node processes on this machine. */
@Timeout(120)
final class LocalClusterTest extends WithDistribution {

    private List<Integer> ports = List.of();

    @BeforeEach
    void open() throws IOException {
        ports = ClusterFixture.freePorts(2);
        world.localHosts(ports, ClusterFixture.JAVA);
    }

    @Test
    void upStatusDown_throughALife_areWhatTheySay() throws IOException {
        assertThat(world.run("down").expect(ExitCodes.OK).out()).contains("already down: this cluster was never up");
        assertThat(world.run("status").expect(ExitCodes.NONE).out()).contains("not formed yet");

        Run up = world.run("up").expect(ExitCodes.OK);
        assertThat(up.out()).contains("formed cluster").containsPattern("2/2 up, [0-9]+\\.[0-9] s");
        long first = world.pid(1);
        assertThat(up.out()).containsPattern("n1 +up, 127.0.0.1:" + ports.get(0) + ", pid " + first + ", version 0");
        showsBothNodes(world.run("status", "--json").expect(ExitCodes.OK).json());
        refusesAnotherList();

        kill(world.pid(2));
        Run status = world.run("status").expect(ExitCodes.PARTIAL);
        assertThat(status.out()).contains("DOWN").contains("1/2 ready: no file can be read or written");

        Run again = world.run("up").expect(ExitCodes.OK);
        assertThat(again.out())
                .containsPattern("n1 +up already, 127.0.0.1:[0-9]+, pid " + first)
                .containsPattern("n2 +up, ")
                .doesNotContain("formed");
        assertThat(world.node(2).resolve("node.log.1")).exists();
        assertThat(world.node(2).resolve("node.conf")).content().contains("format=false");

        kill(world.pid(2));
        assertThat(world.run("down").expect(ExitCodes.OK).out())
                .containsPattern("n1 +down, pid " + first + " stopped in order")
                .containsPattern("n2 +down, was already")
                .contains("2/2 down");
        leavesInOrder(world.node(1));
        Awaitility.await("the process of n1 is gone")
                .until(() -> ProcessHandle.of(first).isEmpty());
        assertThat(world.run("down").expect(ExitCodes.OK).out()).contains("2/2 already down");
        assertThat(world.run("status").expect(ExitCodes.NONE).out()).contains("0/2 ready");
    }

    /** The shell beside the node writes the exit code once the process is gone, so it may be a moment later. */
    private static void leavesInOrder(Path node) {
        Awaitility.await("exit code of " + node)
                .untilAsserted(
                        () -> assertThat(node.resolve("node.exit")).content().isEqualToIgnoringNewLines("0"));
    }

    private void showsBothNodes(JsonNode status) throws IOException {
        for (int number = 1; number <= 2; number++) {
            JsonNode node = status.at("/nodes/" + (number - 1));
            assertThat(node.get("host").asText()).isEqualTo("n" + number);
            assertThat(node.get("address").asText()).isEqualTo("127.0.0.1:" + ports.get(number - 1));
            assertThat(node.get("pid").asLong()).isEqualTo(world.pid(number));
            assertThat(node.get("state").asText()).isEqualTo("READY");
            assertThat(node.get("version").asText()).startsWith("0.");
            assertThat(node.get("files").isIntegralNumber()).isTrue();
            assertThat(node.get("bytes").isIntegralNumber()).isTrue();
        }
    }

    private void refusesAnotherList() throws IOException {
        List<Integer> others = ClusterFixture.freePorts(2);
        world.localHosts(List.of(ports.get(0), others.get(0), others.get(1)), ClusterFixture.JAVA);

        Run run = world.run("up").expect(ExitCodes.REFUSED);

        assertThat(run.err())
                .contains("host n2 has address 127.0.0.1:" + others.get(0) + ", was formed with 127.0.0.1:"
                        + ports.get(1))
                .contains("host n3 (127.0.0.1:" + others.get(1) + ") is new");
        world.localHosts(ports, ClusterFixture.JAVA);
    }

    @Test
    void up_portInUse_namesTheCauseAndBringsTheOthersUp() throws IOException {
        try (ServerSocket other = new ServerSocket(ports.get(1), 50, InetAddress.getLoopbackAddress())) {
            Run run = world.run("up", "--timeout", "30").expect(ExitCodes.PARTIAL);

            assertThat(other.isBound()).isTrue();
            assertThat(run.out())
                    .containsPattern("n1 +up,")
                    .containsPattern("n2 +failed to wait")
                    .contains("1/2 up");
            assertThat(run.err())
                    .contains("exit code:    4")
                    .contains("likely cause: port " + ports.get(1) + " is in use")
                    .contains("last lines of its log:")
                    .contains("next: remove the cause, then once more: dfile -c " + world.hostList + " up");
        }
        wrongTokenIsRefusedByTheNode();
    }

    /** The node that came up refuses the Kill; its process is ours all the same, so SIGTERM stops it, in order. */
    private void wrongTokenIsRefusedByTheNode() throws IOException {
        Files.writeString(root.resolve(".dfile-hosts/admin.token"), "f".repeat(512));

        Run run = world.run("down").expect(ExitCodes.OK);

        assertThat(run.out()).containsPattern("n1 +down, pid [0-9]+ answered NotAuthorised.*stopped by SIGTERM");
        leavesInOrder(world.node(1));
    }

    @Test
    void up_dataLost_isAmnesiacAndDataOfAnotherCluster_isRefused() throws IOException {
        world.run("up").expect(ExitCodes.OK);
        world.run("down").expect(ExitCodes.OK);
        Path data = world.node(1).resolve("data");
        Files.move(data, root.resolve("aside"));

        Run amnesiac = world.run("up").expect(ExitCodes.PARTIAL);
        assertThat(amnesiac.err())
                .contains("the node is amnesiac")
                .contains("put its data back in " + data, "dfile replace-disk n1");
        world.run("down").expect(ExitCodes.OK);

        assertThat(data).as("a node without its volume touches nothing").doesNotExist();
        Files.move(world.node(2).resolve("data"), data);
        Files.move(root.resolve("aside"), world.node(2).resolve("data"));
        Run foreign = world.run("up").expect(ExitCodes.NONE);
        assertThat(foreign.err())
                .contains("exit code:    3")
                .contains("likely cause: the data folder belongs to another host");
    }

    private static void kill(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
