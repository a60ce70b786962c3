package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.ChainHash;
import org.dfile.model.FileVersion;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.FileMessage;
import org.dfile.model.replica.StateId;
import org.junit.jupiter.api.Test;

/** What the simulator cannot ask for: inputs that come from outside the protocol. */
class FileCoreTest {

    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final Ballot BALLOT = new Ballot(1, A, new Life(1, 1));
    private static final SlotView VIEW = new SlotView(Optional.of(BALLOT), Optional.of(BALLOT), 0, true);
    private static final StateId STATE = new StateId(new FileVersion(1, 1), new ChainHash("1".repeat(64)));

    private final FileCore core = new FileCore(
            new ReplicaSet(A, List.of(A, B, C)), new Committed(STATE, false, Optional.of(BALLOT)), Optional.empty());

    private void hold(HostId host) {
        core.on(host, new FileMessage.Holds(BALLOT, STATE), VIEW);
    }

    @Test
    void stateArrived_aCoordinatorWaitsForIt_isToldAtOnce() {
        StateId next = new StateId(new FileVersion(1, 3), new ChainHash("3".repeat(64)));
        List<Effect> behind = core.on(B, new FileMessage.Commit(BALLOT, next), VIEW);
        assertThat(behind)
                .containsExactly(
                        new Effect.Send(B, new FileMessage.Behind(BALLOT, STATE)), new Effect.FetchState(B, next));

        Committed fetched = new Committed(next, false, Optional.of(BALLOT));
        assertThat(core.stateArrived(fetched, VIEW))
                .containsExactly(new Effect.Persist(new FileWrite.Install(fetched, false)));
        assertThat(core.written(new WriteResult.Written(fetched, Optional.empty()), VIEW))
                .containsExactly(new Effect.Send(B, new FileMessage.Holds(BALLOT, next)));
    }

    @Test
    void doubtHolders_allWereKnownToHoldTheState_allAreAskedAgain() {
        core.lead(BALLOT, VIEW);
        core.on(B, new FileMessage.Answer(BALLOT, 1, core.committed(), Optional.empty(), 0), VIEW);
        core.resend(VIEW);
        hold(B);
        hold(C);
        assertThat(core.isHeldByAll()).isTrue();
        assertThat(core.resend(VIEW)).isEmpty();

        core.doubtHolders();
        assertThat(core.isHeldByAll()).isFalse();
        FileMessage commit = new FileMessage.Commit(BALLOT, STATE);
        assertThat(core.resend(VIEW)).containsExactly(new Effect.Send(B, commit), new Effect.Send(C, commit));
        hold(B);
        assertThat(core.someBehind()).isTrue();
        hold(C);
        assertThat(core.isHeldByAll()).isTrue();
    }
}
