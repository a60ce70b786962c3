package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dfile.client.internal.Stages.failure;
import static org.dfile.client.internal.Stages.get;
import static org.dfile.client.internal.Stages.random;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.WriteMode;
import org.dfile.protocol.ProtocolVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real Artery, to a host that is a fake behind real messages. */
@Timeout(60)
class ArteryTest {

    private static final int MIB = 1 << 20;

    private static ClientSettings.Builder settings(HostAddress contact) {
        return ClientSettings.builder()
                .contact(contact)
                .connectTimeout(Duration.ofSeconds(3))
                .retryInterval(Duration.ofMillis(200), Duration.ofSeconds(1))
                .deadline(Duration.ofSeconds(2));
    }

    private static HostAddress freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostAddress("127.0.0.1", socket.getLocalPort());
        }
    }

    @Test
    void filesOfAllSizes_travelBothWays() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (FakeArteryNode node = new FakeArteryNode();
                DFileSystem files =
                        get(DFileSystem.connect("127.0.0.1:" + node.address().port()))) {
            for (int byteCount :
                    new int[] {0, 1, 4_096, 64 << 10, (64 << 10) + 1, MIB - 1, MIB, MIB + 1, 9 * MIB + 7}) {
                byte[] content = random(byteCount);
                get(files.write("f", java.nio.ByteBuffer.wrap(content), WriteMode.REPLACE));
                assertThat(get(files.readAll("f"))).isEqualTo(content);
                assertThat(get(files.stat("f")).length()).isEqualTo(byteCount);
            }
            DFile file = get(files.open("g", "x+"));
            byte[] big = random(3 * MIB + 1);
            assertThat(get(file.append(java.nio.ByteBuffer.wrap(big))).byteCount())
                    .isEqualTo(big.length);
            file.seek(0);
            assertThat(Stages.array(get(file.readAll()))).isEqualTo(big);
            assertThat(get(files.list("")).files())
                    .extracting(status -> status.name().toString())
                    .containsExactly("f", "g");
            assertThat(failure(files.open("none", "r"))).isInstanceOf(Failure.NoSuchFile.class);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread ->
                                !before.contains(thread) && thread.getName().startsWith("dfile-client")));
    }

    @Test
    void connect_nobodyThere_namesAllThatWasTried() throws Exception {
        HostAddress one = freeAddress();
        HostAddress other = freeAddress();
        ClientSettings settings = settings(one)
                .contact(other)
                .connectTimeout(Duration.ofSeconds(1))
                .build();
        Failure failure = failure(DFileSystem.connect(settings));
        assertThat(failure).isInstanceOf(Failure.ClusterUnreachable.class);
        assertThat(failure.message()).contains(one.toString()).contains(other.toString());
    }

    @Test
    void connect_hostCannotDialBack_saysSo() throws Exception {
        try (FakeArteryNode node = new FakeArteryNode()) {
            HostAddress nowhere = freeAddress();
            ClientSettings settings = settings(node.address())
                    .connectTimeout(Duration.ofSeconds(2))
                    .bind("127.0.0.1", freeAddress().port())
                    .canonical("127.0.0.1", nowhere.port())
                    .build();
            assertThat(failure(DFileSystem.connect(settings)))
                    .isEqualTo(new Failure.NoReturnPath(nowhere, node.address()));
        }
    }

    @Test
    void connect_toANodeOfAnotherVersion_saysSoAtOnce() {
        try (FakeArteryNode node = new FakeArteryNode()) {
            int other = ProtocolVersion.CURRENT + 1;
            node.speak(other);
            ClientSettings settings = settings(node.address())
                    .connectTimeout(Duration.ofSeconds(50))
                    .build();
            assertThat(failure(DFileSystem.connect(settings)))
                    .isEqualTo(new Failure.OtherProtocol(new HostId("n1"), "test", other, ProtocolVersion.CURRENT));
        }
    }

    @Test
    void hostGone_timesOutWithinTheDeadlineAndNamesIt() {
        try (FakeArteryNode node = new FakeArteryNode();
                DFileSystem files =
                        get(DFileSystem.connect(settings(node.address()).build()))) {
            get(files.write("f", random(10)));
            node.stop();
            long begin = System.nanoTime();
            Failure failure = failure(files.readAll("f"));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
            assertThat(failure).isInstanceOf(Failure.TimedOut.class);
            assertThat(((Failure.TimedOut) failure).host()).isEqualTo(new HostId("n1"));
            assertThat(failure(files.delete("f"))).isInstanceOf(Failure.TimedOut.class);
        }
    }
}
