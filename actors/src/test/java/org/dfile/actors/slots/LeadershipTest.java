package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.dfile.model.ClusterId;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.ListId;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.peer.SlotPeerMessage.Heartbeat;
import org.dfile.replication.SlotView;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order in which hosts lead a slot, with a clock of its own: on a busy machine it is a hint and no more. */
final class LeadershipTest {

    private static final HostId FIRST = new HostId("a");
    private static final HostId SECOND = new HostId("b");
    private static final HostId THIRD = new HostId("c");
    private static final List<HostId> HOSTS = List.of(FIRST, SECOND, THIRD);
    private static final Slot SLOT = new Slot(1);
    private static final ListId LIST = new ListId(new ClusterId(new UUID(1, 2)), 1);
    private static final long LONG = 60_000;

    private final SlotsSettings settings = SlotsSettings.from(ConfigFactory.load());
    private final long beat = settings.heartbeats().interval().toMillis();
    private final long tick = settings.tick().toMillis();
    private final Map<HostId, Host> hosts = new HashMap<>();
    private long now = LONG;

    /** What one host makes of the others. */
    private final class Host {
        final Peers peers;
        final Leadership leadership;
        final KeptSlot kept;

        Host(HostId self) {
            peers = new Peers(
                    settings.heartbeats(),
                    HOSTS.stream().filter(other -> !other.equals(self)).toList(),
                    () -> now);
            leadership = new Leadership(settings, peers, () -> now, new Random(1));
            kept = new KeptSlot(self, SLOT, HOSTS);
        }

        boolean isDue() {
            peers.look();
            kept.role = leadership.roleOf(kept, new SlotView(Optional.empty(), Optional.empty(), 0, true));
            return !leadership.due(List.of(kept)).isEmpty();
        }
    }

    @BeforeEach
    void firstLeads() {
        HOSTS.forEach(host -> hosts.put(host, new Host(host)));
        for (long passed = 0; passed < LONG; passed += beat) {
            HOSTS.forEach(this::beat);
            now += beat;
        }
    }

    private void beat(HostId from) {
        List<Slot> led = from.equals(FIRST) ? List.of(SLOT) : List.of();
        Heartbeat heartbeat = new Heartbeat(LIST, from, new Life(1, 1), NodeState.READY, false, led, List.of());
        hosts.forEach((host, of) -> {
            if (!host.equals(from)) {
                of.peers.heard(heartbeat);
            }
        });
    }

    /** Returns after how long a host would lead, without any of these. */
    private long dueAfter(HostId host, HostId... silent) {
        for (long passed = 0; passed < LONG; passed += tick) {
            for (HostId other : HOSTS) {
                if (passed % beat < tick && !List.of(silent).contains(other)) {
                    beat(other);
                }
            }
            if (of(host).isDue()) {
                return passed;
            }
            now += tick;
        }
        return LONG;
    }

    private Host of(HostId host) {
        return Objects.requireNonNull(hosts.get(host));
    }

    @Test
    void leaderIsThere_nobodyElseLeads() {
        assertThat(dueAfter(SECOND)).isEqualTo(LONG);
        assertThat(dueAfter(THIRD)).isEqualTo(LONG);
    }

    @Test
    void leaderIsSilent_theNextOneLeads() {
        assertThat(dueAfter(SECOND, FIRST)).isLessThan(3_000);
    }

    @Test
    void leaderIsSilent_theLastOneLeavesTheNextOneItsTurn() {
        long turn = settings.leading().turn().toMillis();
        assertThat(dueAfter(THIRD, FIRST))
                .isGreaterThanOrEqualTo(settings.heartbeats().acceptablePause().toMillis() + turn)
                .isLessThan(3_000 + turn);
    }

    @Test
    void allOthersAreSilent_theLastOneLeavesNobodyATurn() {
        assertThat(dueAfter(THIRD, FIRST, SECOND)).isLessThan(3_000);
    }
}
