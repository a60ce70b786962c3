package org.dfile.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeTest extends WithNodeFolder {

    private final List<Node> started = new ArrayList<>();

    @AfterEach
    void stopNodes() {
        started.forEach(NodeTest::stop);
    }

    private Node start() throws NodeException {
        Node node = Node.start(folder.read());
        started.add(node);
        return node;
    }

    private static ExitCode stop(Node node) {
        return node.stop().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private AbstractThrowableAssert<?, ?> assertStartRefused(ExitCode code) {
        return assertThatThrownBy(this::start)
                .isInstanceOfSatisfying(
                        NodeException.class, e -> assertThat(e.exitCode()).isEqualTo(code));
    }

    @Test
    void start_emptyDirectoryWhileForming_servesAndSaysSo() throws Exception {
        Node node = start();

        assertThat(node.readyLine())
                .matches("DFile \\S+ node n1 ready at 127\\.0\\.0\\.1:" + address.port() + " \\(pid "
                        + ProcessHandle.current().pid() + ", cluster " + NodeFolder.CLUSTER + "\\)");
        AdminReply.NodeStatus status = client.status(address);
        assertThat(status.state()).isEqualTo(NodeState.READY);
        assertThat(status.host()).isEqualTo(node.hostId());
        assertThat(status.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(client.put(address, "a/b", "hello")).isInstanceOf(FileReply.Changed.class);
        assertThat(client.content(address, "a/b")).isEqualTo("hello");
        assertThat(client.admin(address, to -> AdminRequest.Hello.from("0.1.0", to)))
                .isInstanceOf(AdminReply.Welcome.class);
    }

    @Test
    void stop_thenStart_keepsWhatWasAcknowledgedAndFreesTheAddress() throws Exception {
        Node node = start();
        client.put(address, "kept", "content");

        assertThat(stop(node)).isEqualTo(ExitCode.STOPPED);
        assertThat(stop(node)).as("again").isEqualTo(ExitCode.STOPPED);
        folder.writeSettings("dfile.node.format = false");
        start();

        assertThat(client.content(address, "kept")).isEqualTo("content");
    }

    @Test
    void kill_withToken_isAnsweredAndTheNodeLeaves() throws Exception {
        Node node = start();

        AdminReply reply = client.admin(address, to -> new AdminRequest.Kill(NodeFolder.TOKEN, to));

        assertThat(reply).isEqualTo(new AdminReply.Killed(node.hostId()));
        assertThat(node.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isEqualTo(ExitCode.STOPPED);
        start(); // volume and address are free
    }

    @Test
    void kill_withoutToken_isRefusedAndTheNodeStays() throws Exception {
        Node node = start();

        AdminReply reply = client.admin(address, to -> new AdminRequest.Kill("guess", to));

        assertThat(reply)
                .isInstanceOfSatisfying(
                        AdminReply.AdminFailed.class,
                        failed -> assertThat(failed.failure()).isInstanceOf(Failure.NotAuthorised.class));
        assertThat(client.status(address).state()).isEqualTo(NodeState.READY);
        assertThat(node.whenStopped().toCompletableFuture()).isNotDone();
    }

    @Test
    void start_emptyDirectoryOfAListedVolume_isAmnesiac() throws Exception {
        folder.writeSettings("dfile.node.format = false");

        Node node = start();

        assertThat(node.readyLine())
                .contains("node n1 amnesiac at")
                .contains(folder.data().toString());
        assertThat(client.status(address).state()).isEqualTo(NodeState.AMNESIAC);
        Failure amnesiac = new Failure.Amnesiac(node.hostId(), folder.host().volume());
        assertThat(client.read(address, "a")).isEqualTo(new FileReply.Failed(2, amnesiac));
        assertThat(client.put(address, "a", "x")).isEqualTo(new FileReply.Failed(1, amnesiac));
        assertThat(client.list(address)).isEqualTo(new ListReply.ListFailed(3, amnesiac));
        assertThat(client.admin(address, to -> new AdminRequest.Kill(NodeFolder.TOKEN, to)))
                .isEqualTo(new AdminReply.Killed(node.hostId()));
        assertThat(node.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isEqualTo(ExitCode.STOPPED);
        assertThat(folder.data()).doesNotExist();
    }

    @Test
    void start_volumeOfAnotherHostOrCluster_isRefusedAndLeftAlone() throws Exception {
        stop(start());
        List<ClusterId> clusters = List.of(NodeFolder.CLUSTER, new ClusterId(new UUID(9, 9)));
        List<HostId> hosts = List.of(new HostId("n9"), new HostId("n1"));
        for (int i = 0; i < 2; i++) {
            NodeFolder other = NodeFolder.create(temp.resolve("other" + i), clusters.get(i), hosts.get(i), address);
            other.writeSettings("dfile.node.data = " + "\"" + folder.data() + "\"");

            assertThatThrownBy(() -> Node.start(other.read()))
                    .isInstanceOfSatisfying(
                            NodeException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.VOLUME_REFUSED))
                    .hasMessageContaining(folder.data().toString());
        }
        start();
    }

    @Test
    void start_directoryWithSomethingElse_isRefused() throws Exception {
        Files.createDirectories(folder.data());
        Path file = Files.writeString(folder.data().resolve("thesis.txt"), "precious");

        assertStartRefused(ExitCode.VOLUME_REFUSED)
                .hasMessageContaining(folder.data().toString());

        assertThat(file).hasContent("precious");
    }

    @Test
    void start_volumeInUse_isRefused() throws Exception {
        start();
        folder.writeSettings("dfile.node.bind.port = " + NodeFolder.freePort());

        assertStartRefused(ExitCode.VOLUME_REFUSED)
                .hasMessageContaining(folder.data().toString())
                .hasMessageContaining("use");

        assertThat(client.status(address).state()).isEqualTo(NodeState.READY);
    }

    @Test
    void start_portInUse_isRefusedNamingItAndLetsTheVolumeGo() throws Exception {
        try (ServerSocket other = new ServerSocket(address.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            assertStartRefused(ExitCode.ADDRESS_REFUSED)
                    .hasMessageContaining("127.0.0.1:" + address.port())
                    .hasMessageContaining("in use");
        }
        start();
    }

    /** Pekko ends an actor system whose inbound streams fail too often; a port scanner must not count as that. */
    @Test
    void strangersBytes_onThePort_leaveTheNodeRunning() throws Exception {
        start();
        byte[] greeting = "GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20; i++) {
            try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), address.port())) {
                stranger.getOutputStream().write(greeting);
            }
        }

        assertThat(client.status(address).state()).isEqualTo(NodeState.READY);
    }

    @Test
    void start_severalNodesInOneProcess_areApart() throws Exception {
        Node first = start();
        folder = NodeFolder.create(temp.resolve("second"));
        HostAddress secondAddress = folder.host().address();
        start();

        client.put(address, "a", "first");
        client.put(secondAddress, "a", "second");
        stop(first);

        assertThat(client.content(secondAddress, "a")).isEqualTo("second");
    }
}
