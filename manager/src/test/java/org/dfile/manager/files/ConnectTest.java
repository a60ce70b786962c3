package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.HostAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConnectTest {

    @TempDir
    Path directory;

    private CommandFixture dfile;

    @BeforeEach
    void setUp() {
        dfile = new CommandFixture(directory);
    }

    @Test
    void run_nothingListens_saysSoWithoutWaitingForTheClient() throws IOException {
        dfile.contacts = List.of(new HostAddress("127.0.0.1", freePort()), new HostAddress("localhost", freePort()));
        dfile.connected = new CompletableFuture<>();
        assertThat(dfile.run("ls")).isEqualTo(1);
        assertThat(dfile.err())
                .startsWith("dfile: the cluster is down: nothing listens on 127.0.0.1:")
                .endsWith("start it with: dfile up\n");
    }

    @Test
    void run_somethingListens_waitsForTheClient() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dfile.contacts = List.of(
                    new HostAddress("127.0.0.1", freePort()), new HostAddress("127.0.0.1", server.getLocalPort()));
            Failure unreachable = new Failure.ClusterUnreachable("127.0.0.1", Duration.ofSeconds(1));
            dfile.connected =
                    new CompletableFuture<DFileSystem>().completeOnTimeout(dfile.files, 1_000, TimeUnit.MILLISECONDS);
            assertThat(dfile.run("ls")).isZero();
            dfile.connected = CompletableFuture.failedFuture(new DFileException(unreachable));
            assertThat(dfile.run("ls")).isEqualTo(1);
            assertThat(dfile.err()).contains("no host answered within 1000 ms").contains("dfile up");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }
}
