package org.dfile.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.Receipt;
import org.junit.jupiter.api.Test;

/** Several hosts: when the next one is asked, and what is in doubt then. */
class ChangeLineHostsTest extends ChangeLineFixture {

    private final Failure doubtful = new Failure.StorageFailed(new HostId("h"), "EIO");
    private final Failure amnesiac = new Failure.FileAmnesiac(new HostId("h"), NAME, "checksum");

    ChangeLineHostsTest() {
        hosts = 3;
    }

    @Test
    void silence_movesOn_andDoublesOnlyAfterAllWereAsked() {
        submit();
        line.onTick(SILENCE);
        assertThat(moves).containsExactly("silent");
        line.onTick(2 * SILENCE);
        line.onTick(3 * SILENCE);
        assertThat(sent).hasSize(4);
        line.onTick(4 * SILENCE); // the second round waits twice as long
        assertThat(sent).hasSize(4);
        line.onTick(5 * SILENCE);
        assertThat(sent).hasSize(5);
        assertThat(moves).hasSize(4).containsOnly("silent");
    }

    @Test
    void refusalForNow_staysWithTheHost() {
        submit();
        refuse(last(), BUSY);
        line.onTick(11);
        assertThat(sent).hasSize(2);
        assertThat(moves).isEmpty();
    }

    @Test
    void hostThatDoesNotCoordinate_isLeft() {
        submit();
        refuse(last(), new Failure.NotCoordinator(NAME, new HostId("h")));
        assertThat(moves).containsExactly("refused");
        line.onTick(11);
        assertThat(sent).hasSize(2);
    }

    /** The host cannot say whether it was executed; another one has the result, if it was. */
    @Test
    void failedDisk_isAskedElsewhere_andIsInDoubtUntilThen() {
        PendingChange change = submit();
        refuse(last(), doubtful);
        assertThat(end(change)).isNull();
        line.onTick(11);
        refuse(last(), FULL); // that attempt was not executed; the first may have been
        assertThat(end(change)).isNull();
        line.onTick(SILENCE);
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }

    @Test
    void failedDiskAndNoOtherAnswer_isUnknownInTheEnd() {
        PendingChange change = submit();
        refuse(last(), doubtful);
        line.onTick(11);
        refuse(last(), FULL);
        line.onTick(DEADLINE);
        assertThat(end(change)).isEqualTo("timed out");
    }

    @Test
    void failedDiskOfTheOnlyHost_isUnknownAtOnce() {
        hosts = 1;
        PendingChange change = submit();
        refuse(last(), doubtful);
        assertThat(end(change)).isEqualTo(doubtful);
    }

    @Test
    void damagedRecord_isAskedElsewhere() {
        PendingChange change = submit();
        refuse(last(), amnesiac);
        line.onTick(11);
        acknowledge(last(), 1);
        assertThat(end(change)).isInstanceOf(Receipt.class);
    }
}
