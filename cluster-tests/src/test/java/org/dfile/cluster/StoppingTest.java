package org.dfile.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dfile.client.DFileSystem;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.node.ExitCode;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may stop a node, and what is left when it has gone. */
final class StoppingTest {

    @Test
    void kill_needsTheToken_andLosesNothing(@TempDir Path folder) {
        try (ForkedCluster cluster = ForkedCluster.start(folder, 1);
                RawClient raw = RawClient.start()) {
            Host host = cluster.list().hosts().get(0);
            DFileSystem files = cluster.connect();
            Stages.get(files.write("kept", "before".getBytes(UTF_8)));
            for (String wrong : new String[] {"", "wrong", NodeHome.TOKEN + "x"}) {
                AdminReply refused = raw.askAdmin(host, replyTo -> new AdminRequest.Kill(wrong, replyTo));
                assertThat(refused)
                        .isInstanceOfSatisfying(
                                AdminReply.AdminFailed.class,
                                failed -> assertThat(failed.failure()).isInstanceOf(Failure.NotAuthorised.class));
            }
            assertThat(cluster.node(0).isAlive()).isTrue();
            Stages.get(files.append("kept", ", after".getBytes(UTF_8)));

            AdminReply killed = raw.askAdmin(host, replyTo -> new AdminRequest.Kill(NodeHome.TOKEN, replyTo));
            assertThat(killed).isEqualTo(new AdminReply.Killed(host.id()));
            assertThat(cluster.node(0).awaitExit()).isEqualTo(ExitCode.STOPPED.number());
            assertThat(cluster.node(0).log()).doesNotContain(NodeHome.TOKEN);
            cluster.restart(0);
            assertThat(Stages.get(files.readAll("kept"))).asString().isEqualTo("before, after");
        }
    }

    @Test
    void terminate_endsInOrder(@TempDir Path folder) {
        try (ForkedCluster cluster = ForkedCluster.start(folder, 1)) {
            Stages.get(cluster.connect().write("kept", new byte[100_000]));
            assertThat(cluster.node(0).terminate()).isEqualTo(ExitCode.STOPPED.number());
            cluster.restart(0);
            assertThat(Stages.get(cluster.connect().readAll("kept"))).hasSize(100_000);
        }
    }
}
