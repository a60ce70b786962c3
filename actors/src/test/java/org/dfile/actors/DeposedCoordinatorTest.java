package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.LIST_VERSION;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.append;

import java.util.concurrent.CountDownLatch;
import org.dfile.actors.slots.SlotRoles;
import org.dfile.model.Ballot;
import org.dfile.model.Failure;
import org.dfile.model.Life;
import org.dfile.model.Limits;
import org.dfile.store.VolumeFullException;
import org.junit.jupiter.api.Test;

/** What a host says of changes that it proposed, and that another one decides now. */
final class DeposedCoordinatorTest extends NodeTestCase {

    private static final SlotRoles.Role NOBODY = new SlotRoles.Electing();
    private static final SlotRoles.Role LEADS_AGAIN =
            new SlotRoles.Leading(new Ballot(99, SELF, new Life(LIST_VERSION, 1)));

    /** Its bytes go to the disk ahead of the change. */
    private static final int BIG = Limits.CHECKSUM_BLOCK_BYTES + 1;

    private final Node node = node("coordinator-timeout = 200 ms, resend-interval = 50 ms");

    @Test
    void proposedChange_isNotRefused() {
        long proposed = node.beginCommitting();
        node.become(NOBODY);
        long later = node.apply(A, 1, 1, append("later"));
        assertThat(node.failure(later)).isEqualTo(new Failure.NotCoordinator(A, SELF));
        assertThat(node.hasArrived(proposed)).isFalse();
        node.store.releaseAccepts();
    }

    /** The host leads again and takes the change back, but leads no longer before it knows what became of the batch. */
    @Test
    void proposedChange_isNotRefusedAfterTheHostLedAgain() {
        long proposed = node.beginCommitting();
        node.become(NOBODY);
        node.become(LEADS_AGAIN);
        node.become(NOBODY);
        long later = node.apply(A, 1, 1, append("later"));
        assertThat(node.failure(later)).isEqualTo(new Failure.NotCoordinator(A, SELF));
        assertThat(node.hasArrived(proposed)).isFalse();
        node.store.releaseAccepts();
    }

    /** The bytes were still on their way to the disk when the host led no longer. */
    @Test
    void bytesOfAChange_thatIsAnothersNow_areGivenBack() {
        CountDownLatch gate = node.store.holdStages();
        long change = beginStaging(node);
        node.become(NOBODY);
        assertThat(node.failure(change)).isEqualTo(new Failure.NotCoordinator(A, SELF));
        gate.countDown();
        await().until(() -> node.store.releasedCount() == 1);
        assertThat(node.store.stagedCount()).isZero();
    }

    @Test
    void bytesOfAChange_thatIsAnothersNow_cannotBeWritten_nothingIsSaid() {
        Node patient = node("");
        CountDownLatch gate = patient.store.holdStages();
        long change = beginStaging(patient);
        patient.become(NOBODY);
        patient.reply(patient.stat(A)); // by then the file has heard of it
        patient.store.failNext(ControlledStore.Call.stage, new VolumeFullException(7, 5));
        gate.countDown();
        await().until(patient.store::allFailed);
        patient.becomeWhatItIs();
        assertThat(patient.receipt(change).length()).isEqualTo(BIG);
    }

    private static long beginStaging(Node node) {
        long change = node.apply(A, 9, 1, append("x".repeat(BIG)));
        await().until(() -> node.store.calls(ControlledStore.Call.stage) == 1);
        return change;
    }
}
