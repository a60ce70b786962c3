package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.append;

import org.dfile.model.Change;
import org.dfile.model.Failure;
import org.dfile.model.Receipt;
import org.dfile.protocol.NodeState;
import org.dfile.store.ConflictException;
import org.dfile.store.PoisonedException;
import org.dfile.store.VolumeFullException;
import org.junit.jupiter.api.Test;

/** What clients of a file hear when its store does not do what it should. */
final class OpenFileFailuresTest extends OpenFileTestCase {

    @Test
    void volumeFull_refusesWhatBringsBytesAndDoesTheRest() {
        node.receipt(node.apply(A, 1, 1, append("abcdef")));
        long held = beginCommitting();
        long large = node.apply(A, 1, 2, append("y".repeat(LARGE)));
        long small = node.apply(A, 2, 1, append("z"));
        long cut = node.apply(A, 3, 1, new Change.Truncate(0, 3));
        await().until(() -> node.store.stagedCount() == 1);
        node.store.failNext(ControlledStore.Call.checkRoom, new VolumeFullException(7, 5));
        node.store.releaseAccepts();
        node.receipt(held);
        assertThat(node.failure(large)).isEqualTo(new Failure.VolumeFull(SELF, 7, 5));
        assertThat(node.failure(small)).isEqualTo(new Failure.VolumeFull(SELF, 7, 5));
        assertThat(node.receipt(cut).length()).isEqualTo(3);
        await().until(() -> node.store.stagedCount() == 0);
        assertThat(node.receipt(node.apply(A, 2, 1, append("z"))).offset()).isEqualTo(3);
    }

    @Test
    void volumeFull_forChangesWithoutBytes_refusesThem() {
        node.store.failNext(ControlledStore.Call.checkRoom, new VolumeFullException(7, 5));
        assertThat(node.failure(node.apply(A, 1, 1, new Change.Create(false, false))))
                .isInstanceOf(Failure.VolumeFull.class);
        node.receipt(node.apply(A, 1, 1, new Change.Create(false, false)));
    }

    /** There was room when it was proposed; it may be chosen, so it is tried until there is room again. */
    @Test
    void volumeFull_whileAccepting_isAcceptedOnceThereIsRoom() {
        node.store.failNext(ControlledStore.Call.accept, new VolumeFullException(7, 5));
        Receipt receipt = node.receipt(node.apply(A, 1, 1, append("y".repeat(LARGE))));
        assertThat(receipt.length()).isEqualTo(LARGE);
        assertThat(node.store.stagedCount()).isZero();
    }

    @Test
    void volumeFull_whileStaging_refusesThatChange() {
        node.store.failNext(ControlledStore.Call.stage, new VolumeFullException(7, 5));
        assertThat(node.failure(node.apply(A, 1, 1, append("y".repeat(LARGE))))).isInstanceOf(Failure.VolumeFull.class);
        node.receipt(node.apply(A, 1, 1, append("small")));
    }

    @Test
    void conflict_endsTheActorAndTheNextRequestStartsItAgain() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        node.store.failNext(ControlledStore.Call.accept, new ConflictException("who wrote that?"));
        assertThat(node.failure(node.apply(A, 1, 2, append("y".repeat(LARGE)))))
                .isInstanceOf(Failure.StorageFailed.class); // unknown: it had been proposed
        await().until(() -> node.status().openFiles() == 0);
        assertThat(node.status().lastError()).contains("who wrote that?");
        assertThat(node.receipt(node.apply(A, 1, 2, append("def"))).offset()).isEqualTo(3);
        await().until(() -> node.store.stagedCount() == 0);
    }

    @Test
    void poisoned_isToldToEverybodyAndToTheNode() {
        long held = beginCommitting();
        long waiting = node.apply(A, 1, 1, append("w"));
        node.contents(node.read(A, 0, 9));
        node.store.failNext(ControlledStore.Call.accept, new PoisonedException("EIO", new Exception("disk")));
        node.store.releaseAccepts();
        Failure failure = new Failure.StorageFailed(SELF, "EIO");
        assertThat(node.failure(held)).isEqualTo(failure);
        assertThat(node.failure(waiting)).isEqualTo(failure);
        await().until(() -> node.failed.get() == 1);
        assertThat(node.failure(node.read(A, 0, 9))).isEqualTo(failure);
        assertThat(node.failure(node.apply(Node.A, 1, 1, append("w")))).isEqualTo(failure);
        assertThat(node.status().state()).isEqualTo(NodeState.FAILED);
        assertThat(node.failed.get()).isEqualTo(1);
    }

    @Test
    void poisoned_whileReading_stopsTheNode() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        node.store.failNext(ControlledStore.Call.read, new PoisonedException("EIO", new Exception("disk")));
        assertThat(node.failure(node.read(A, 0, 9))).isEqualTo(new Failure.StorageFailed(SELF, "EIO"));
        await().until(() -> node.failed.get() == 1);
    }
}
