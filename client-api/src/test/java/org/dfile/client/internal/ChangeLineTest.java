package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.Stamp;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One host: numbers, the window, refusals, lost sessions. */
class ChangeLineTest extends ChangeLineFixture {

    private static final Failure JUDGED = new Failure.NoSuchFile(NAME);

    @Test
    void submit_beforeTheFirstAnswer_sendsOneOnly() {
        submit();
        submit();
        assertThat(sent).hasSize(1);
        acknowledge(sent.get(0), 5);
        assertThat(last().stamp().number()).isEqualTo(2);
        assertThat(last().stamp().first()).isEqualTo(2);
        assertThat(last().stamp().known()).isEqualTo(new FileVersion(1, 5));
    }

    @Test
    void submit_manyChanges_keepsTheWindow() {
        prove();
        for (int i = 0; i < 100; i++) {
            submit();
        }
        assertThat(sent).hasSize(Limits.SESSION_WINDOW);
        acknowledge(sent.get(1), 7);
        assertThat(sent).hasSize(Limits.SESSION_WINDOW);
        acknowledge(sent.get(0), 6);
        assertThat(sent).hasSize(Limits.SESSION_WINDOW + 2);
        assertThat(last().stamp().first()).isEqualTo(4);
    }

    @Test
    void onTick_silence_resendsTheSameNumberAndKnownSeq() {
        prove();
        PendingChange first = submit();
        PendingChange second = submit();
        acknowledge(sent.get(1), 9); // what is known now must not help the first, which may have been executed
        line.onTick(SILENCE);
        assertThat(last().change()).isSameAs(first);
        assertThat(last().stamp()).isEqualTo(sent.get(0).stamp());
        assertThat(end(second)).isInstanceOf(Receipt.class);
        assertThat(end(first)).isNull();
    }

    @Test
    void onReply_busy_sendsAgainLater() {
        PendingChange change = submit();
        refuse(last(), BUSY);
        line.onTick(5);
        assertThat(sent).hasSize(1);
        line.onTick(11);
        assertThat(sent).hasSize(2);
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }

    @Test
    void onTick_deadlineAfterRefusalsOnly_isDefinite() {
        PendingChange change = submit();
        refuse(last(), BUSY);
        line.onTick(DEADLINE);
        assertThat(end(change)).isEqualTo(BUSY);
    }

    @Test
    void onTick_deadlineWithAnAttemptInDoubt_isUnknown() {
        PendingChange change = submit();
        line.onTick(SILENCE);
        refuse(last(), BUSY);
        line.onTick(DEADLINE);
        assertThat(end(change)).isEqualTo("timed out");
    }

    @Test
    void onReply_answerToAnEarlierAttempt_counts() {
        PendingChange change = submit();
        line.onTick(SILENCE);
        acknowledge(sent.get(0), 1);
        acknowledge(sent.get(1), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
        assertThat(line.isIdle()).isTrue();
    }

    @Nested
    class Refused {

        @Test
        void onlyAttempt_isDefiniteAndClosesTheNumber() {
            prove();
            PendingChange full = submit();
            refuse(last(), FULL);
            assertThat(end(full)).isEqualTo(FULL);
            submit();
            assertThat(last().stamp().number()).isEqualTo(3);
            assertThat(last().stamp().first()).isEqualTo(3);
        }

        @Test
        void withAnAttemptInDoubt_goesOnTrying() {
            prove();
            PendingChange change = submit();
            line.onTick(SILENCE);
            refuse(last(), FULL);
            assertThat(end(change)).isNull();
            line.onTick(1_000);
            acknowledge(last(), 6);
            assertThat(end(change)).isInstanceOf(Receipt.class);
        }

        @Test
        void judged_usesTheNumberUp() {
            prove();
            PendingChange first = submit();
            submit();
            refuse(sent.get(0), JUDGED);
            assertThat(end(first)).isEqualTo(JUDGED);
            assertThat(sent).hasSize(2);
        }

        @Test
        void lowestGivenUp_nextIsSentAgainWithNewFirst() {
            prove();
            submit();
            PendingChange next = submit();
            refuse(sent.get(0), FULL);
            assertThat(sent).hasSize(3);
            assertThat(last().change()).isSameAs(next);
            assertThat(last().stamp().first()).isEqualTo(3);
        }

        @Test
        void middleGivenUp_nextIsSentAgainWhenTheLowerIsDone() {
            prove();
            submit();
            submit();
            PendingChange third = submit();
            refuse(sent.get(1), FULL);
            assertThat(sent).hasSize(3);
            acknowledge(sent.get(0), 6);
            assertThat(sent).hasSize(4);
            assertThat(last().change()).isSameAs(third);
            assertThat(last().stamp().first()).isEqualTo(4);
        }

        @Test
        void highestGivenUp_laterOneIsSentAgainWhenTheLowerIsDone() {
            prove();
            submit();
            submit();
            refuse(sent.get(1), FULL);
            PendingChange later = submit();
            assertThat(last().stamp().first()).isEqualTo(2);
            acknowledge(sent.get(0), 6);
            assertThat(last().change()).isSameAs(later);
            assertThat(last().stamp().first()).isEqualTo(4);
        }
    }

    @Nested
    class SessionLost {

        private final Failure lost = new Failure.SessionLost(NAME, new FileVersion(1, 77));

        @Test
        void onlyAttempt_goesOutInANewSession() {
            PendingChange change = submit();
            refuse(last(), lost);
            assertThat(end(change)).isNull();
            assertThat(last().stamp())
                    .isEqualTo(new Stamp(new SessionId(new UUID(0, 2)), 1, 1, new FileVersion(1, 77)));
            acknowledge(last(), 78);
            assertThat(end(change)).isInstanceOf(Receipt.class);
        }

        @Test
        void withAnAttemptInDoubt_isReported() {
            PendingChange change = submit();
            line.onTick(SILENCE);
            refuse(last(), lost);
            assertThat(end(change)).isEqualTo(lost);
        }

        @Test
        void severalOutstanding_waitForEachOtherAndKeepTheirOrder() {
            prove();
            PendingChange first = submit();
            PendingChange second = submit();
            refuse(sent.get(0), lost);
            assertThat(sent).hasSize(2);
            refuse(sent.get(1), lost);
            assertThat(last().change()).isSameAs(first);
            acknowledge(last(), 78);
            assertThat(last().change()).isSameAs(second);
            assertThat(last().stamp().number()).isEqualTo(2);
        }

        @Test
        void againAndAgain_isReported() {
            PendingChange change = submit();
            for (int i = 0; i < 4; i++) {
                assertThat(end(change)).isNull();
                refuse(last(), lost);
            }
            assertThat(end(change)).isEqualTo(lost);
        }
    }

    @Test
    void close_changesUnderWay_failThemAll() {
        prove();
        PendingChange one = submit();
        line.close(new Failure.ClientClosed("test"));
        assertThat(end(one)).isInstanceOf(Failure.ClientClosed.class);
        assertThat(line.isIdle()).isTrue();
    }
}
