package org.dfile.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.dfile.actors.Node.A;
import static org.dfile.actors.Node.SELF;
import static org.dfile.actors.Node.TOKEN;

import java.nio.file.Path;
import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.dfile.model.Failure;
import org.dfile.model.Placement;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.junit.jupiter.api.Test;

/** A node that has no volume. */
final class AmnesiacServerActorTest extends NodeTestCase {

    @Test
    void amnesiacNode_answersOnlyAboutItself() {
        Node base = node("");
        ActorRef<NodeRequest> node = kit().spawn(AmnesiacServerActor.create(
                new NodeInfo(SELF, "1", Instant.EPOCH, Path.of("/srv")),
                () -> new Placement(Node.ALONE),
                Node.VOLUME,
                TOKEN,
                base.hooks()));
        Failure amnesiac = new Failure.Amnesiac(SELF, Node.VOLUME);
        node.tell(new FileRequest.Stat(1, Node.ALONE.id(), A, base.replies.getRef()));
        base.replies.expectMessage(new FileReply.Failed(1, amnesiac));
        node.tell(new org.dfile.protocol.ListRequest(2, Node.ALONE.id(), "", "", 1, base.lists.getRef()));
        base.lists.expectMessage(new ListReply.ListFailed(2, amnesiac));
        node.tell(AdminRequest.Hello.from("1", base.admin.getRef()));
        base.admin.expectMessageClass(AdminReply.Welcome.class);
        node.tell(AdminRequest.GetStatus.from(base.admin.getRef()));
        assertThat(base.admin.expectMessageClass(AdminReply.NodeStatus.class).state())
                .isEqualTo(NodeState.AMNESIAC);
        node.tell(new AdminRequest.StartScrub(TOKEN, base.admin.getRef()));
        base.admin.expectMessage(new AdminReply.AdminFailed(amnesiac));
        node.tell(new AdminRequest.GetStatus(0, base.admin.getRef()));
        assertThat(base.admin.expectMessageClass(AdminReply.AdminFailed.class).failure())
                .isInstanceOf(Failure.OtherProtocol.class);
        node.tell(new AdminRequest.Kill("wrong", base.admin.getRef()));
        base.admin.expectMessageClass(AdminReply.AdminFailed.class);
        assertThat(base.killed.get()).isZero();
        node.tell(new AdminRequest.Kill(TOKEN, base.admin.getRef()));
        base.admin.expectMessage(new AdminReply.Killed(SELF));
        await().until(() -> base.killed.get() == 1);
    }
}
