package org.dfile.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
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
                .containsExactly("/user/" + NodePaths.BULK);
    }
}
