package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.Limits;
import org.junit.jupiter.api.Test;

class RemotingConfigTest {

    @Test
    void client_withApplicationConfOnTheClassPath_ignoresIt() {
        Config config = RemotingConfig.client("", 0, "127.0.0.1", 0);

        assertThat(ConfigFactory.load().getString("pekko.remote.artery.transport"))
                .as("application.conf of this test")
                .isEqualTo("aeron-udp");
        assertThat(config.getString("pekko.remote.artery.transport")).isEqualTo("tcp");
        assertThat(config.getString("pekko.actor.provider")).isEqualTo("remote");
    }

    @Test
    void node_ownSettings_reachSubstitutionsOfReferenceConf() {
        Config own = ConfigFactory.parseString("pekko.remote.artery.advanced.tcp.connection-timeout = 1s");

        Config config = RemotingConfig.node("0.0.0.0", 7, "n1.example", 8, own);

        assertThat(config.getDuration("pekko.remote.artery.advanced.tcp.connection-timeout"))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(config.getString("pekko.remote.artery.bind.hostname")).isEqualTo("0.0.0.0");
        assertThat(config.getInt("pekko.remote.artery.bind.port")).isEqualTo(7);
        assertThat(config.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("n1.example");
        assertThat(config.getInt("pekko.remote.artery.canonical.port")).isEqualTo(8);
    }

    @Test
    void largeFrame_holdsAChunkAndEverythingAroundIt() {
        Config config = RemotingConfig.client("", 0, "127.0.0.1", 0);

        assertThat(config.getBytes("pekko.remote.artery.advanced.maximum-large-frame-size"))
                .isGreaterThanOrEqualTo(Limits.MAX_CHUNK_BYTES + (32L << 10));
        assertThat(config.getStringList("pekko.remote.artery.large-message-destinations"))
                .contains("/user/" + NodePaths.BULK, "/user/" + NodePaths.FORWARDED_BULK);
    }

    @Test
    void ask_fromClientToNodeOverTcp_isAnswered() throws Exception {
        ActorSystem<AdminRequest.GetStatus> node = ActorSystem.create(
                Behaviors.receiveMessage(status -> {
                    status.replyTo().tell(new AdminReply.AdminFailed(new Failure.ShuttingDown(new HostId("n1"))));
                    return Behaviors.same();
                }),
                NodePaths.NODE_SYSTEM,
                RemotingConfig.node("", 0, "127.0.0.1", 0, ConfigFactory.empty()));
        ActorSystem<Void> client = ActorSystem.create(
                Behaviors.empty(), NodePaths.CLIENT_SYSTEM, RemotingConfig.client("", 0, "127.0.0.1", 0));
        try {
            String address = ActorRefResolver.get(node).toSerializationFormat(node);
            ActorRef<AdminRequest.GetStatus> remote =
                    ActorRefResolver.get(client).resolveActorRef(address);
            AdminReply reply = AskPattern.<AdminRequest.GetStatus, AdminReply>ask(
                            remote, AdminRequest.GetStatus::from, Duration.ofSeconds(10), client.scheduler())
                    .toCompletableFuture()
                    .get();

            assertThat(reply).isEqualTo(new AdminReply.AdminFailed(new Failure.ShuttingDown(new HostId("n1"))));
        } finally {
            client.terminate();
            node.terminate();
            client.getWhenTerminated().toCompletableFuture().get();
            node.getWhenTerminated().toCompletableFuture().get();
        }
    }
}
