package org.dfile.actors;

import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.Failure;
import org.dfile.model.Placement;
import org.dfile.model.VolumeId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;

/**
 * Stands in place of the file server where the host list names a volume but the directory is empty: it must not speak
 * about what it had (I9), so it refuses every request about files, and tells how it is.
 */
public final class AmnesiacServerActor {

    private final NodeDesk desk;
    private final NodeHooks hooks;
    private final Failure amnesiac;

    private AmnesiacServerActor(NodeDesk desk, NodeHooks hooks, Failure amnesiac) {
        this.desk = desk;
        this.hooks = hooks;
        this.amnesiac = amnesiac;
    }

    /**
     * Returns the behaviour of a node without its volume.
     *
     * @param placement of the host list that this node has now
     * @param volume the one that the host list names
     */
    public static Behavior<NodeRequest> create(
            NodeInfo node, Supplier<Placement> placement, VolumeId volume, String adminToken, NodeHooks hooks) {
        NodeDesk desk = new NodeDesk(node, placement, new AdminToken(adminToken));
        return new AmnesiacServerActor(desk, hooks, new Failure.Amnesiac(node.self(), volume)).behavior();
    }

    private Behavior<NodeRequest> behavior() {
        return Behaviors.receive(NodeRequest.class)
                .onMessage(FileRequest.class, request -> {
                    request.replyTo().tell(new FileReply.Failed(request.id(), amnesiac));
                    return Behaviors.same();
                })
                .onMessage(ListRequest.class, request -> {
                    request.replyTo().tell(new ListReply.ListFailed(request.id(), amnesiac));
                    return Behaviors.same();
                })
                .onMessage(AdminRequest.Hello.class, hello -> {
                    hello.replyTo().tell(desk.welcome(hello));
                    return Behaviors.same();
                })
                .onMessage(AdminRequest.GetStatus.class, get -> {
                    get.replyTo().tell(desk.otherProtocol(get.protocol()).orElseGet(this::status));
                    return Behaviors.same();
                })
                .onMessage(AdminRequest.StartScrub.class, start -> {
                    start.replyTo()
                            .tell(
                                    desk.authorises(start.token())
                                            ? new AdminReply.AdminFailed(amnesiac)
                                            : desk.notAuthorised("StartScrub"));
                    return Behaviors.same();
                })
                .onMessage(AdminRequest.Kill.class, this::onKill)
                .onMessage(FileServerMessage.Stop.class, stop -> {
                    stop.replyTo().tell(new FileServerMessage.Stopped(""));
                    return Behaviors.same();
                })
                .build();
    }

    private AdminReply status() {
        return desk.status(NodeState.AMNESIAC, VolumeFigures.Figures.NONE, 0, amnesiac.message());
    }

    private Behavior<NodeRequest> onKill(AdminRequest.Kill kill) {
        if (desk.authorises(kill.token())) {
            kill.replyTo().tell(new AdminReply.Killed(desk.self()));
            hooks.killed();
        } else {
            kill.replyTo().tell(desk.notAuthorised("Kill"));
        }
        return Behaviors.same();
    }
}
