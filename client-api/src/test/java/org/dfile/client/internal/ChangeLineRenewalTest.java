package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.FileVersion;
import org.dfile.model.Receipt;
import org.dfile.model.SessionId;
import org.dfile.model.StageId;
import org.dfile.model.Stamp;
import org.junit.jupiter.api.Test;

/** Bytes that were sent ahead and lost: the change is made anew. */
class ChangeLineRenewalTest extends ChangeLineFixture {

    private final Failure lost = new Failure.StageLost(NAME, new StageId(new UUID(1, 1)));
    private final Failure sessionLost = new Failure.SessionLost(NAME, new FileVersion(1, 77));
    private final Change anew = new Change.Delete(7);

    private PendingChange submitRenewable() {
        PendingChange change = new PendingChange(new Change.Delete(0), DEADLINE, CompletableFuture::new);
        line.submit(change, 0);
        return change;
    }

    /** Else the file might have the first and the second. */
    @Test
    void change_isMadeAnewUnderItsNumber() {
        PendingChange change = submitRenewable();
        line.onTick(SILENCE); // the first attempt may have been executed
        Sent second = last();
        refuse(second, lost);
        assertThat(renewing).containsExactly(change);
        line.onTick(DEADLINE); // sending bytes takes its time
        assertThat(sent).hasSize(2);

        line.renewed(change, anew, 2 * DEADLINE, DEADLINE);

        assertThat(change.change).isEqualTo(anew);
        assertThat(last().stamp()).isEqualTo(second.stamp());
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }

    @Test
    void lateAnswerToTheFirst_settlesIt() {
        PendingChange change = submitRenewable();
        line.onTick(SILENCE);
        refuse(last(), lost);
        acknowledge(sent.get(0), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
        line.renewed(change, anew, 2 * DEADLINE, DEADLINE);
        assertThat(sent).hasSize(2);
    }

    @Test
    void notMadeAnew_isRefused_orUnknownIfAnAttemptHasNoAnswer() {
        PendingChange certain = submitRenewable();
        refuse(last(), lost);
        line.notRenewed(certain, FULL, 1);
        assertThat(end(certain)).isEqualTo(FULL);

        PendingChange doubtful = submitRenewable();
        line.onTick(SILENCE + 1);
        refuse(last(), lost);
        line.notRenewed(doubtful, FULL, 1);
        assertThat(end(doubtful)).isEqualTo("timed out");
    }

    @Test
    void lostAgainAndAgain_isReported() {
        PendingChange change = submitRenewable();
        refuse(last(), lost);
        line.renewed(change, anew, DEADLINE, 1);
        refuse(last(), lost);
        line.renewed(change, anew, DEADLINE, 1);
        refuse(last(), lost);
        assertThat(renewing).hasSize(2);
        assertThat(end(change)).isEqualTo(lost);
    }

    @Test
    void everyAttemptFindsTheBytesLost_whileTheyAreSentAnew_isNoEnd() {
        PendingChange change = submitRenewable();
        line.onTick(SILENCE);
        refuse(sent.get(0), lost);
        refuse(sent.get(1), lost);
        assertThat(end(change)).isNull();
        line.renewed(change, anew, 2 * DEADLINE, DEADLINE);
        assertThat(renewing).hasSize(1);
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }

    /** A host that was restarted may answer several attempts at once. */
    @Test
    void severalAttemptsFindTheBytesLost_areOneLoss() {
        PendingChange change = submitRenewable();
        line.onTick(SILENCE);
        line.onTick(DEADLINE - 1);
        assertThat(sent).hasSize(3);
        refuse(sent.get(0), lost);
        refuse(sent.get(1), lost); // while it is made anew
        line.renewed(change, anew, 2 * DEADLINE, DEADLINE);

        refuse(sent.get(2), lost); // of what it was before

        assertThat(renewing).hasSize(1);
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }

    @Test
    void changeThatCannotBeMadeAnew_isRefused() {
        PendingChange change = submit();
        refuse(last(), lost);
        assertThat(end(change)).isEqualTo(lost);
    }

    @Test
    void laterChanges_waitForIt() {
        prove();
        PendingChange first = submitRenewable();
        PendingChange second = submit();
        refuse(sent.get(0), lost);
        refuse(sent.get(1), new Failure.OutOfOrder(NAME, 3, 2));
        line.onTick(SILENCE);
        assertThat(last().change()).isSameAs(second);
        line.renewed(first, anew, DEADLINE, SILENCE);
        assertThat(last().change()).isSameAs(first);
        assertThat(end(second)).isNull();
    }

    /** One that has its time again goes ahead of others, whose time is over earlier, in a new session. */
    @Test
    void changesBehindIt_endInTheirTime() {
        prove();
        PendingChange first = submit();
        PendingChange second = submitRenewable();
        PendingChange third = submit();
        List<Sent> attempts = List.copyOf(sent);
        refuse(attempts.get(1), lost);
        line.renewed(second, anew, 2 * DEADLINE, 1);
        refuse(attempts.get(0), sessionLost);
        refuse(attempts.get(2), sessionLost);
        refuse(last(), sessionLost);
        assertThat(last().change()).isSameAs(first);

        line.onTick(DEADLINE);

        assertThat(end(first)).isEqualTo("timed out");
        assertThat(end(third)).isEqualTo("timed out");
        assertThat(last().change()).isSameAs(second);
        acknowledge(last(), 78);
        assertThat(end(second)).isInstanceOf(Receipt.class);
        assertThat(line.isIdle()).isTrue();
    }

    /** One attempt finds the bytes lost, the next one the session: neither was executed. */
    private void loseBytesAndSession() {
        line.onTick(SILENCE);
        refuse(sent.get(0), lost);
        refuse(sent.get(1), sessionLost);
    }

    @Test
    void sessionIsLostToo_itGoesOutOnce_inANewSession() {
        PendingChange change = submitRenewable();
        loseBytesAndSession();
        assertThat(sent).hasSize(2);

        line.renewed(change, anew, 2 * DEADLINE, DEADLINE);

        assertThat(sent).hasSize(3);
        assertThat(change.change).isEqualTo(anew);
        assertThat(last().stamp()).isEqualTo(new Stamp(new SessionId(new UUID(0, 2)), 1, 1, new FileVersion(1, 77)));
        acknowledge(last(), 78);
        assertThat(end(change)).isInstanceOf(Receipt.class);
        assertThat(line.isIdle()).isTrue();
    }

    @Test
    void sessionIsLostToo_andItIsNotMadeAnew_othersGoOn() {
        PendingChange change = submitRenewable();
        PendingChange next = submit();
        loseBytesAndSession();
        line.notRenewed(change, FULL, SILENCE);
        assertThat(end(change)).isEqualTo(FULL);
        assertThat(last().change()).isSameAs(next);
        acknowledge(last(), 78);
        assertThat(end(next)).isInstanceOf(Receipt.class);
    }
}
