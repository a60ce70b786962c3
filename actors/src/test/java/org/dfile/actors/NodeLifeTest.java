package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.TOKEN;
import static org.dfile.actors.Node.append;
import static org.dfile.actors.Node.name;
import static org.dfile.actors.Node.stageId;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.dfile.model.Failure;
import org.dfile.model.Limits;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeState;
import org.dfile.store.PoisonedException;
import org.junit.jupiter.api.Test;

/** How a node stops. */
final class NodeLifeTest extends NodeTestCase {

    private final Node node = node("stop-timeout = 10s, gap-timeout = 1 minute");

    @Test
    void kill_withAWrongToken_isRefused() {
        for (String wrong : List.of("", "secre", "secret ", "Secret")) {
            node.kill(wrong);
            node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.NotAuthorised(SELF, "Kill")));
        }
        node.receipt(node.apply(A, 1, 1, append("abc")));
        assertThat(node.killed.get()).isZero();
    }

    @Test
    void kill_ofAnIdleNode_closesTheVolumeThenAnswers() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        node.kill(TOKEN);
        node.admin.expectMessage(new AdminReply.Killed(SELF));
        assertThat(node.store.closed()).isTrue();
        await().until(() -> node.killed.get() == 1);
        node.kill(TOKEN);
        node.admin.expectMessage(new AdminReply.Killed(SELF));
        assertThat(node.status().state()).isEqualTo(NodeState.STOPPING);
    }

    @Test
    void kill_finishesWhatRunsAndRefusesWhatIsNew() {
        long held = node.beginCommitting();
        long waiting = node.apply(A, 1, 1, append("waiting"));
        long gap = node.apply(A, 1, 9, append("gap"));
        node.failure(node.stat(name(1)));
        node.kill(TOKEN);
        node.kill(TOKEN);
        assertThat(node.failure(node.apply(A, 2, 1, append("new")))).isEqualTo(new Failure.ShuttingDown(SELF));
        assertThat(node.failure(node.read(A, 0, 1))).isEqualTo(new Failure.ShuttingDown(SELF));
        node.list("", "", 1, Node.ALONE.id());
        assertThat(node.lists.expectMessageClass(ListReply.ListFailed.class).failure())
                .isEqualTo(new Failure.ShuttingDown(SELF));
        assertThat(node.status().state()).isEqualTo(NodeState.STOPPING);
        node.admin.expectNoMessage(Duration.ofMillis(100));
        assertThat(node.store.closed()).isFalse();
        node.store.releaseAccepts();
        node.receipt(held);
        node.receipt(waiting);
        assertThat(node.failure(gap)).isEqualTo(new Failure.ShuttingDown(SELF));
        node.admin.expectMessage(new AdminReply.Killed(SELF));
        node.admin.expectMessage(new AdminReply.Killed(SELF));
        assertThat(node.store.closed()).isTrue();
        assertThat(node.store.content(A)).isEqualTo("heldwaiting");
    }

    @Test
    void kill_waitsForReads() {
        node.receipt(node.apply(A, 1, 1, append("abc")));
        CountDownLatch reads = node.store.holdReads();
        long read = node.read(A, 0, 9);
        node.kill(TOKEN);
        node.admin.expectNoMessage(Duration.ofMillis(100));
        reads.countDown();
        assertThat(node.contents(read)).isEqualTo("abc");
        node.admin.expectMessage(new AdminReply.Killed(SELF));
    }

    @Test
    void kill_whileAFileIsOpening_bringsItsChangesToAnEnd() {
        CountDownLatch states = node.store.holdStandings();
        long id = node.apply(A, 1, 1, append("abc"));
        node.kill(TOKEN);
        states.countDown();
        node.receipt(id);
        node.admin.expectMessage(new AdminReply.Killed(SELF));
    }

    @Test
    void kill_givesUpWhatNobodyPublished() {
        node.reply(node.stage(A, stageId(1), 0, Node.bytes(Limits.MAX_CHUNK_BYTES)));
        node.kill(TOKEN);
        node.admin.expectMessage(new AdminReply.Killed(SELF));
        assertThat(node.store.stagedCount()).isZero();
    }

    @Test
    void kill_whenFilesDoNotFinish_closesTheVolumeAfterATime() {
        Node hanging = node("stop-timeout = 100ms");
        hanging.beginCommitting();
        hanging.kill(TOKEN);
        hanging.admin.expectMessage(new AdminReply.Killed(SELF));
        assertThat(hanging.store.closed()).isTrue();
        assertThat(hanging.status().lastError()).contains("did not finish");
    }

    @Test
    void kill_whenClosingFails_saysSo() {
        node.store.failNext(ControlledStore.Call.close, new PoisonedException("EIO", new Exception("disk")));
        node.kill(TOKEN);
        node.admin.expectMessage(new AdminReply.AdminFailed(new Failure.StorageFailed(SELF, "EIO")));
        await().until(() -> node.failed.get() == 1);
        assertThat(node.killed.get()).isZero();
    }

    @Test
    void poisonedVolume_clientsAreToldBeforeTheProcessLeaves() {
        long held = node.beginCommitting();
        TestProbe<FileServerMessage.Stopped> stopped = kit().createTestProbe();
        node.files.tell(new FileServerMessage.VolumePoisoned("EIO"));
        node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
        Failure failure = new Failure.StorageFailed(SELF, "EIO");
        assertThat(node.failure(node.stat(A))).isEqualTo(failure);
        stopped.expectNoMessage(Duration.ofMillis(100));
        assertThat(node.failed.get()).isZero();
        node.store.failNext(ControlledStore.Call.accept, new PoisonedException("EIO", new Exception("disk")));
        node.store.releaseAccepts();
        assertThat(node.failure(held)).isEqualTo(failure);
        stopped.expectMessage(new FileServerMessage.Stopped("EIO"));
        await().until(() -> node.failed.get() == 1);
        node.kill(TOKEN);
        node.admin.expectMessage(new AdminReply.AdminFailed(failure));
    }

    @Test
    void poisonedVolume_whenTheDiskHangs_theProcessLeavesAfterATime() {
        Node hanging = node("stop-timeout = 100ms");
        hanging.beginCommitting();
        hanging.files.tell(new FileServerMessage.VolumePoisoned("EIO"));
        await().until(() -> hanging.failed.get() == 1);
        assertThat(hanging.store.closed()).isFalse();
    }

    @Test
    void stop_doesTheSameWithoutAToken() {
        TestProbe<FileServerMessage.Stopped> stopped = kit().createTestProbe();
        long held = node.beginCommitting();
        node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
        stopped.expectNoMessage(Duration.ofMillis(50));
        node.store.releaseAccepts();
        node.receipt(held);
        stopped.expectMessage(new FileServerMessage.Stopped(""));
        assertThat(node.store.closed()).isTrue();
        node.files.tell(new FileServerMessage.Stop(stopped.getRef()));
        stopped.expectMessage(new FileServerMessage.Stopped(""));
        assertThat(node.killed.get()).isZero();
    }

    @Test
    void kill_amidPassivation_stillEnds() {
        Node restless = node("idle-timeout = 1ms");
        for (int number = 0; number < 200; number++) {
            restless.apply(name(number % 20), 1, 1 + number / 20, append("x"));
        }
        restless.kill(TOKEN);
        restless.admin.expectMessage(Duration.ofSeconds(8), new AdminReply.Killed(SELF));
        assertThat(restless.store.closed()).isTrue();
    }
}
