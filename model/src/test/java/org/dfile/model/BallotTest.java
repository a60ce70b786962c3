package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ballots are ordered by round, then host, then life (I1). */
class BallotTest {

    private static Ballot ballot(long round, String host, long listVersion, long bootCount) {
        return new Ballot(round, new HostId(host), new Life(listVersion, bootCount));
    }

    @Test
    void compare_shuffled_roundThenHostThenLife() {
        List<Ballot> ordered = List.of(
                ballot(1, "b", 9, 9),
                ballot(2, "a", 1, 2),
                ballot(2, "a", 1, 3),
                ballot(2, "a", 2, 1),
                ballot(2, "b", 1, 1),
                ballot(3, "a", 1, 1));
        List<Ballot> shuffled = new ArrayList<>(ordered);
        Collections.reverse(shuffled);
        assertThat(shuffled.stream().sorted().toList()).isEqualTo(ordered);
        assertThat(ordered.get(0)).isEqualByComparingTo(ballot(1, "b", 9, 9));
    }

    @Test
    void ballot_bad_isRefused() {
        assertThatThrownBy(() -> ballot(0, "a", 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ballot(1, "a", 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ballot(1, "a", 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
