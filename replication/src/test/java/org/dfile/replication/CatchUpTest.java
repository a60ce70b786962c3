package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.replica.StateId;
import org.junit.jupiter.api.Test;

class CatchUpTest {

    private static final HostId SLOW = new HostId("h2");
    private static final long PATIENCE = 100;

    private final CatchUp catchUp = new CatchUp(PATIENCE);

    private static StateId state(long seq) {
        return new StateId(new FileVersion(1, seq), new ChainHash(String.format("%064x", seq)));
    }

    @Test
    void behind_sameStateAgainAndAgain_isOneRound() {
        for (int times = 0; times < 100; times++) {
            catchUp.behind(SLOW, state(5), times);
        }
        assertThat(catchUp.waitsFor(50)).isEmpty();
    }

    @Test
    void behind_afterThreeStates_writersWaitUntilItIsInStep() {
        catchUp.behind(SLOW, state(5), 0);
        catchUp.behind(SLOW, state(8), 10);
        assertThat(catchUp.waitsFor(10)).isEmpty();
        catchUp.behind(SLOW, state(11), 20);
        assertThat(catchUp.waitsFor(20)).contains(SLOW);
        catchUp.inStep(SLOW);
        assertThat(catchUp.waitsFor(20)).isEmpty();
        catchUp.behind(SLOW, state(12), 30);
        assertThat(catchUp.waitsFor(30)).isEmpty();
    }

    @Test
    void behind_noProgress_writersGoOn_progress_theyWaitAgain() {
        catchUp.behind(SLOW, state(5), 0);
        catchUp.behind(SLOW, state(8), 10);
        catchUp.behind(SLOW, state(11), 20);
        catchUp.behind(SLOW, state(11), 20 + PATIENCE);
        assertThat(catchUp.waitsFor(20 + PATIENCE)).isEmpty();
        catchUp.behind(SLOW, state(12), 200);
        assertThat(catchUp.waitsFor(200)).contains(SLOW);
    }
}
