package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.junit.jupiter.api.Test;

final class RejoinTest {

    private static final HostId SELF = new HostId("h1");
    private static final HostId A = new HostId("h2");
    private static final HostId B = new HostId("h3");

    private final Rejoin rejoin = new Rejoin(new ReplicaSet(SELF, List.of(SELF, A, B)), of(SELF, 5));

    private static Ballot of(HostId host, long round) {
        return new Ballot(round, host, new Life(1, 1));
    }

    private static Rejoin.Effect fetch(HostId from, long round) {
        return new Rejoin.Effect.FetchPage(from, of(SELF, round), Optional.empty());
    }

    private static Rejoin.Effect prepare(HostId to, long round) {
        return new Rejoin.Effect.Prepare(to, of(SELF, round));
    }

    @Test
    void allPromise_readsPages() {
        assertThat(rejoin.resend()).containsExactly(prepare(A, 5), prepare(B, 5));
        assertThat(rejoin.onPromise(A, of(SELF, 5))).isEmpty();
        assertThat(rejoin.onPromise(B, of(SELF, 5))).containsExactly(fetch(A, 5), fetch(B, 5));
    }

    /** What the other has promised must be known too: the lost disk may have voted in that. */
    @Test
    void oneRefuses_waitsForTheOtherAndIsOutvotedByTheHighest() {
        assertThat(rejoin.onRefused(A, of(A, 7))).isEmpty();
        assertThat(rejoin.resend()).containsExactly(prepare(B, 5));
        assertThat(rejoin.onRefused(B, of(B, 9))).containsExactly(new Rejoin.Effect.Outvoted(of(B, 9)));
        assertThat(rejoin.resend()).isEmpty();
    }

    /** Its promise came twice asked for; what the other one has promised is not known yet. */
    @Test
    void onePromisesAndRefusesLater_isCountedOnce() {
        assertThat(rejoin.onPromise(A, of(SELF, 5))).isEmpty();
        assertThat(rejoin.onRefused(A, of(A, 7))).isEmpty();
        assertThat(rejoin.resend()).containsExactly(prepare(B, 5));
        assertThat(rejoin.onPromise(B, of(SELF, 5))).containsExactly(fetch(A, 5), fetch(B, 5));
    }

    @Test
    void again_refusalByAHigherOne_isAsGoodAsAPromise() {
        rejoin.onPromise(A, of(SELF, 5));
        assertThat(rejoin.onRefused(B, of(B, 9))).containsExactly(new Rejoin.Effect.Outvoted(of(B, 9)));
        assertThat(rejoin.again(of(SELF, 10))).containsExactly(prepare(A, 10), prepare(B, 10));
        assertThat(rejoin.onRefused(A, of(A, 11))).isEmpty();
        assertThat(rejoin.onPromise(B, of(SELF, 10))).containsExactly(fetch(A, 10), fetch(B, 10));
    }

    @Test
    void again_notAboveWhatItWasOutvotedBy_throws() {
        rejoin.onPromise(A, of(SELF, 5));
        rejoin.onRefused(B, of(B, 9));
        assertThatThrownBy(() -> rejoin.again(of(SELF, 9))).isInstanceOf(IllegalStateException.class);
    }

    /** It may have failed before its higher promise was on disk, and then gives no page before it has promised again. */
    @Test
    void reading_noPage_asksForThePromiseAgain() {
        rejoin.onPromise(A, of(SELF, 5));
        rejoin.onPromise(B, of(SELF, 5));
        assertThat(rejoin.resend()).containsExactly(prepare(A, 5), fetch(A, 5), prepare(B, 5), fetch(B, 5));
    }

    @Test
    void reading_higherPromiseOfSomebodyElse_goesOn() {
        rejoin.onPromise(A, of(SELF, 5));
        rejoin.onPromise(B, of(SELF, 5));
        assertThat(rejoin.onRefused(A, of(A, 7))).isEmpty();
        Rejoin.Page none = new Rejoin.Page(List.of(), false, 3);
        assertThat(rejoin.onPage(A, of(SELF, 5), Optional.empty(), none)).isEmpty();
        assertThat(rejoin.onPage(B, of(SELF, 5), Optional.empty(), none))
                .containsExactly(new Rejoin.Effect.Complete(of(SELF, 5), 3));
    }

    @Test
    void strangers_areNotCounted() {
        assertThat(rejoin.onPromise(new HostId("h9"), of(SELF, 5))).isEmpty();
        assertThat(rejoin.onRefused(new HostId("h9"), of(A, 9))).isEmpty();
        assertThat(rejoin.onPromise(A, of(SELF, 5))).isEmpty();
    }
}
