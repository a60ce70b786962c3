package org.dfile.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.dfile.model.Ballot;
import org.dfile.model.FileName;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.replica.SlotMessage;
import org.junit.jupiter.api.Test;

class SlotCoreTest {

    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final Ballot BALLOT = new Ballot(1, A, new Life(1, 1));
    private static final SlotView VIEW = new SlotView(Optional.of(BALLOT), Optional.of(BALLOT), 0, true);

    private static SlotCore leading() {
        SlotCore core = new SlotCore(new ReplicaSet(A, List.of(A, B, C)));
        core.lead(BALLOT, VIEW);
        core.promiseWritten(BALLOT, VIEW);
        core.on(B, new SlotMessage.Promise(BALLOT), VIEW);
        assertThat(core.leads()).contains(BALLOT);
        return core;
    }

    private static SlotEffect.Read read(long number) {
        return new SlotEffect.Read(FileName.of("f"), number);
    }

    private static SlotEffect asked(long round) {
        return new SlotEffect.Ask(new SlotMessage.Confirm(BALLOT, round), List.of(B, C), 1);
    }

    @Test
    void confirm_ownPromiseIsHigher_needsAMajorityOfOthers() {
        SlotCore core = leading();
        Ballot higher = new Ballot(2, B, new Life(1, 1));
        SlotView promised = new SlotView(Optional.of(higher), Optional.of(higher), 0, true);

        assertThat(core.confirm(BALLOT, read(1), promised))
                .containsExactly(new SlotEffect.Ask(new SlotMessage.Confirm(BALLOT, 1), List.of(B, C), 2));
        assertThat(core.on(B, new SlotMessage.Confirmed(BALLOT, 1), promised)).isEmpty();
    }

    @Test
    void confirm_oneOfOne_asksNobody() {
        SlotCore core = new SlotCore(new ReplicaSet(A, List.of(A)));
        core.lead(BALLOT, VIEW);
        core.promiseWritten(BALLOT, VIEW);

        assertThat(core.confirm(BALLOT, read(1), VIEW))
                .containsExactly(new SlotEffect.Confirmed(BALLOT, List.of(read(1))));
    }

    @Test
    void resend_roundUnderWay_asksAllThatHaveNotAnswered() {
        SlotCore core = leading();
        core.on(C, new SlotMessage.Promise(BALLOT), VIEW);
        core.confirm(BALLOT, read(1), VIEW);

        SlotMessage confirm = new SlotMessage.Confirm(BALLOT, 1);
        assertThat(core.resend()).containsExactly(new SlotEffect.Send(B, confirm), new SlotEffect.Send(C, confirm));
        core.on(C, new SlotMessage.Confirmed(BALLOT, 1), VIEW);
        assertThat(core.resend()).isEmpty();
    }

    @Test
    void confirm_roundsOfSlotsThatBeginTogether_areAlike() {
        SlotCore busy = leading();
        SlotCore idle = leading();
        assertThat(busy.confirm(BALLOT, read(1), VIEW)).containsExactly(asked(1));
        busy.on(B, new SlotMessage.Confirmed(BALLOT, 1), VIEW);

        busy.numberRoundsFrom(7);
        idle.numberRoundsFrom(7);

        assertThat(busy.confirm(BALLOT, read(2), VIEW)).containsExactly(asked(7));
        assertThat(idle.confirm(BALLOT, read(3), VIEW)).containsExactly(asked(7));
    }

    @Test
    void confirm_twoRoundsWithOneNumberToBeginWith_theSecondIsAnotherOne() {
        SlotCore core = leading();
        core.numberRoundsFrom(7);
        core.confirm(BALLOT, read(1), VIEW);
        core.confirm(BALLOT, read(2), VIEW); // waits for the round to end

        List<SlotEffect> ended = core.on(B, new SlotMessage.Confirmed(BALLOT, 7), VIEW);

        assertThat(ended).startsWith(new SlotEffect.Confirmed(BALLOT, List.of(read(1))));
        assertThat(ended).endsWith(asked(8));
        assertThat(core.on(C, new SlotMessage.Confirmed(BALLOT, 7), VIEW)).isEmpty();
    }
}
