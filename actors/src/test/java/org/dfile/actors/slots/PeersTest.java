package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.dfile.model.ClusterId;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.peer.SlotPeerMessage.Heartbeat;
import org.junit.jupiter.api.Test;

/** Of which slots a heartbeat, or silence, may change the leader. */
final class PeersTest {

    private static final HostId OTHER = new HostId("b");
    private static final ListId LIST = new ListId(new ClusterId(new UUID(1, 2)), 1);
    private static final int[] NONE = {};

    private long now = 1_000;
    private final Peers peers =
            new Peers(SlotsSettings.from(ConfigFactory.load()).heartbeats(), List.of(OTHER), () -> now);

    private static Heartbeat heartbeat(NodeState state, int[] led, int... incomplete) {
        return new Heartbeat(LIST, OTHER, new Life(1, 1), state, false, slots(led), slots(incomplete));
    }

    private static List<Slot> slots(int... numbers) {
        return IntStream.of(numbers).mapToObj(Slot::new).toList();
    }

    private int[] heard(NodeState state, int[] led, int... incomplete) {
        return peers.heard(heartbeat(state, led, incomplete)).stream().toArray();
    }

    private int[] ready(int... led) {
        return heard(NodeState.READY, led);
    }

    @Test
    void heard_tellsWhatIsLedNowAndWhatWasLedBefore() {
        assertThat(ready(1, 2)).containsExactly(1, 2);
        assertThat(ready(1, 2)).isEmpty();
        assertThat(ready(2, 3)).containsExactly(1, 3);
        assertThat(peers.leads(OTHER, new Slot(3))).isTrue();
        assertThat(peers.leads(OTHER, new Slot(1))).isFalse();
    }

    @Test
    void heard_votesThatComeBack_changeNoLeader() {
        heard(NodeState.READY, new int[] {1}, 5, 6);
        assertThat(heard(NodeState.READY, new int[] {1}, 6)).isEmpty();
        assertThat(peers.votes(OTHER, new Slot(5))).isTrue();
        assertThat(peers.votes(OTHER, new Slot(6))).isFalse();
    }

    @Test
    void heard_aHostThatLeaves_leadsNothing() {
        ready(1, 2);
        assertThat(heard(NodeState.STOPPING, new int[] {1, 2, 3})).containsExactly(1, 2);
        assertThat(heard(NodeState.STOPPING, NONE)).isEmpty();
        assertThat(ready(3)).containsExactly(3);
    }

    @Test
    void look_aHostThatIsSilent_leadsNothing_untilItIsHeard() {
        ready(1, 2);
        assertThat(peers.look().stream()).isEmpty();
        now += 60_000;
        assertThat(peers.look().stream().toArray()).containsExactly(1, 2);
        assertThat(peers.look().stream()).isEmpty();
        assertThat(ready(1, 2)).containsExactly(1, 2);
    }
}
