package org.dfile.actors.slots;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dfile.model.Ballot;
import org.dfile.model.HostId;
import org.dfile.model.Life;
import org.dfile.model.Slot;
import org.dfile.model.replica.SlotMessage;
import org.dfile.replication.SlotEffect;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private static final HostId B = new HostId("b");
    private static final HostId C = new HostId("c");
    private static final Ballot BALLOT = new Ballot(1, new HostId("a"), new Life(1, 1));
    private static final Slot ONE = new Slot(1);
    private static final Slot TWO = new Slot(2);
    private static final long MILLI = 1_000_000;

    private final List<String> asked = new ArrayList<>();
    private long now;
    private long round;
    private final Rounds rounds = new Rounds(
            (to, slot, message) -> asked.add(to + " of " + slot.number() + "/" + message.round()),
            Duration.ofMillis(20),
            () -> now);

    /** The first round asks all; C answers it sooner. */
    @BeforeEach
    void learn() {
        begin(ONE);
        assertThat(asked).containsExactly("b of 1/1", "c of 1/1");
        asked.clear();
        now += MILLI;
        answered(C, ONE);
        now += MILLI;
        answered(B, ONE);
        rounds.ended(ONE);
    }

    private void begin(Slot slot) {
        round++;
        rounds.begin(slot, new SlotEffect.Ask(new SlotMessage.Confirm(BALLOT, round), List.of(B, C), 1));
    }

    private void answered(HostId from, Slot slot) {
        rounds.answered(from, slot, new SlotMessage.Confirmed(BALLOT, round));
    }

    @Test
    void begin_asksTheQuickestAlone() {
        begin(ONE);
        assertThat(asked).containsExactly("c of 1/2");
    }

    @Test
    void begin_twoNeeded_asksBoth() {
        rounds.begin(ONE, new SlotEffect.Ask(new SlotMessage.Confirm(BALLOT, 9), List.of(B, C), 2));
        assertThat(asked).containsExactly("c of 1/9", "b of 1/9");
        assertThat(rounds.timeLeft()).isEmpty();
    }

    @Test
    void askAll_concernsOneRound() {
        rounds.askAll();
        begin(ONE);
        begin(TWO);
        assertThat(asked).containsExactly("c of 1/2", "b of 1/2", "c of 2/3");
    }

    @Test
    void quickestIsSilent_othersAreAskedAfterAWhile_andFirstFromThenOn() {
        begin(ONE);
        now += 19 * MILLI;
        begin(TWO);
        rounds.askOthers();
        assertThat(asked).as("too soon").containsExactly("c of 1/2", "b of 2/3");
        assertThat(rounds.timeLeft()).contains(Duration.ofMillis(1));
        asked.clear();

        now += MILLI;
        rounds.askOthers();
        assertThat(asked).containsExactly("b of 1/2");
        assertThat(rounds.timeLeft()).as("of the second").contains(Duration.ofMillis(19));
        rounds.ended(TWO);
        assertThat(rounds.timeLeft()).isEmpty();
    }

    @Test
    void silentOneAnswersAgain_isAskedFirstOnceItIsQuickerAgain() {
        begin(ONE);
        now += 30 * MILLI;
        answered(C, ONE);
        asked.clear();
        begin(ONE);
        assertThat(asked).as("slower than the other by now").containsExactly("b of 1/3");
        for (int i = 0; i < 20; i++) {
            rounds.ended(ONE);
            rounds.askAll();
            begin(ONE);
            now += MILLI / 10;
            answered(C, ONE);
            now += MILLI;
            answered(B, ONE);
        }
        asked.clear();
        begin(ONE);
        assertThat(asked).first().asString().startsWith("c of ");
    }

    @Test
    void answerIsLost_theHostIsASlowOne_andMayAnswerAgain() {
        begin(ONE);
        now += Duration.ofSeconds(2).toNanos();
        rounds.askAll();
        begin(ONE);
        assertThat(asked).containsExactly("c of 1/2", "b of 1/3", "c of 1/3");
        answered(C, ONE);
        begin(ONE);
        assertThat(asked).last().isEqualTo("b of 1/4");
    }

    @Test
    void ended_nobodyElseIsAsked() {
        begin(ONE);
        rounds.ended(ONE);
        now += Duration.ofSeconds(1).toNanos();
        rounds.askOthers();
        assertThat(asked).containsExactly("c of 1/2");
    }
}
