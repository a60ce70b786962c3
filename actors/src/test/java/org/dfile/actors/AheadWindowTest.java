package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.dfile.model.HostId;
import org.dfile.model.replica.PieceId;
import org.junit.jupiter.api.Test;

class AheadWindowTest {

    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final int MIB = 1 << 20;
    private static final Duration PROBE = Duration.ofSeconds(5);

    private final AheadWindow window = new AheadWindow(3 * MIB, PROBE);
    private long now = 1;

    private PieceId sent(HostId to) {
        PieceId id = new PieceId(UUID.randomUUID());
        assertThat(window.take(to, id, MIB, now)).isTrue();
        return id;
    }

    private void assertFull(HostId to) {
        assertThat(window.take(to, new PieceId(UUID.randomUUID()), MIB, now)).isFalse();
    }

    @Test
    void take_aHostSaysNothing_noMoreThanTheLimitIsUnderWay() {
        sent(A);
        sent(A);
        sent(A);
        assertFull(A);
        sent(B);
    }

    @Test
    void arrived_aPiece_givesRoomForItAndForWhatWasSentBefore() {
        sent(A);
        PieceId second = sent(A);
        sent(A);
        window.arrived(A, second);
        sent(A);
        sent(A);
        assertFull(A);
        window.arrived(A, second); // told twice
        window.arrived(B, second);
        assertFull(A);
    }

    @Test
    void take_answersWereLost_oneNowAndThen_andItsAnswerMakesRoom() {
        sent(A);
        sent(A);
        sent(A);
        now += PROBE.toNanos();
        PieceId probe = sent(A);
        assertFull(A);
        window.arrived(A, probe);
        sent(A);
        sent(A);
        sent(A);
        assertFull(A);
    }

    @Test
    void take_tinyPieces_areBoundedInNumber() {
        int taken = 0;
        while (window.take(A, new PieceId(UUID.randomUUID()), 1, now)) {
            taken++;
        }
        assertThat(taken).isEqualTo(48);
    }

    @Test
    void take_aPieceAboveTheLimit_goesAlone() {
        assertThat(window.take(A, new PieceId(UUID.randomUUID()), 4 * MIB, now)).isTrue();
        assertFull(A);
    }
}
