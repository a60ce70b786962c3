package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dfile.actors.transfer.Replica;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.HostId;
import org.dfile.model.Operation;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A replica that is behind fetches the state; one that is of no use takes no room on its disk. */
class FetchedStatesTest extends NeighboursTestCase {

    private static final HostId FROM = new HostId("n2");

    private final Batch next =
            Replica.batch(1, 2, List.of(new Operation.WriteInline(0, Bytes.of(new byte[] {1, 2, 3}))), List.of());
    private final StateId second = Replica.id(next);
    private final CountDownLatch closed = new CountDownLatch(1);
    private StateId first = StateId.NONE;

    @BeforeEach
    void othersGoOn() throws Exception {
        writeEverywhere();
        first = own.committed().id();
        replica("n2").commit(next);
        replica("n3").commit(next);
    }

    private void awaitSecond() {
        await().untilAsserted(() -> assertThat(own.committed().id()).isEqualTo(second));
    }

    /** Messages of the batch are larger than the one that says that it is chosen, and may come after it. */
    @Test
    void batchComesWhileTheStateIsFetched_stateIsGivenUp() throws Exception {
        onMessage = message -> {
            if (message instanceof FilePeerMessage.ReadTransfer) {
                onMessage = this::noteClose;
                sayAccept(FROM, first, next);
                sayCommit(FROM, second);
                awaitSecond();
            }
        };
        startServer("");
        sayCommit(FROM, second);
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(held.taken()).isPositive();
        await().untilAsserted(() -> assertThat(held.count()).isZero());
        assertThat(own.committed().id()).isEqualTo(second);
    }

    private void noteClose(FilePeerMessage message) {
        if (message instanceof FilePeerMessage.CloseTransfer) {
            closed.countDown();
        }
    }

    @Test
    void noRoomToInstallIt_stateIsGivenUpAndFetchedAgain() {
        held.refuseInstalls(2);
        startServer("");
        await().untilAsserted(() -> {
            sayCommit(FROM, second);
            assertThat(own.committed().id()).isEqualTo(second);
        });
        assertThat(opened).hasValueGreaterThanOrEqualTo(3);
        await().untilAsserted(() -> assertThat(held.count()).isZero());
    }
}
