package org.dfile.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Slot;
import org.dfile.model.VolumeId;
import org.junit.jupiter.api.Test;

/** What is said to be lost, and what to be served, by where copies are. */
final class LossEstimateTest {

    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final HostId H3 = new HostId("h3");
    private static final HostId H4 = new HostId("h4");

    private static HostList list(int hosts, int replicas) {
        return new HostList(
                new ClusterId(new UUID(1, 1)),
                1,
                replicas,
                IntStream.rangeClosed(1, hosts)
                        .mapToObj(i -> new Host(
                                new HostId("h" + i), new HostAddress("127.0.0.1", i), new VolumeId(new UUID(2, i))))
                        .toList());
    }

    @Test
    void loss_othersAreThere_isNothing() {
        assertThat(LossEstimate.of(list(3, 3), H1, Set.of()).isNothing()).isTrue();
    }

    @Test
    void loss_someOthersGivenUp_isDoubtful() {
        LossEstimate loss = LossEstimate.of(list(3, 3), H1, Set.of(H2));
        assertThat(loss.gone()).isEmpty();
        assertThat(loss.doubtful()).hasSize(Slot.COUNT);
    }

    @Test
    void loss_allOthersGivenUp_isCertain() {
        LossEstimate loss = LossEstimate.of(list(3, 3), H1, Set.of(H2, H3));
        assertThat(loss.gone()).hasSize(Slot.COUNT);
        assertThat(loss.doubtful()).isEmpty();
    }

    @Test
    void loss_oneCopy_isAllThatTheHostKept() {
        LossEstimate loss = LossEstimate.of(list(4, 1), H1, Set.of());
        assertThat(loss.gone()).hasSizeBetween(Slot.COUNT / 8, Slot.COUNT / 2);
    }

    @Test
    void reach_oneOfThreeAway_isAllWithCopiesMissing() {
        assertThat(Reach.of(list(3, 3), Set.of(H1, H2)).words())
                .isEqualTo("all files can be reached, 100 % of them with copies missing");
        assertThat(Reach.of(list(3, 3), Set.of(H1, H2, H3)).words()).isEqualTo("all files can be reached");
    }

    @Test
    void reach_majorityAway_isSaid() {
        assertThat(Reach.of(list(3, 3), Set.of(H1)).words()).isEqualTo("no file can be read or written");
        assertThat(Reach.of(list(4, 1), Set.of(H1, H2, H4)).words())
                .endsWith(" % of the files cannot be read or written");
    }
}
