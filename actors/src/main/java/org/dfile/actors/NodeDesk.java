package org.dfile.actors;

import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeState;
import org.dfile.store.VolumeUsage;

/** The answers to administrative questions that are the same in every state of a node. */
final class NodeDesk {

    private final NodeInfo node;
    private final HostList list;
    private final AdminToken token;
    private final long pid = ProcessHandle.current().pid();

    NodeDesk(NodeInfo node, HostList list, AdminToken token) {
        this.node = node;
        this.list = list;
        this.token = token;
    }

    HostId self() {
        return node.self();
    }

    HostList list() {
        return list;
    }

    boolean authorises(AdminRequest.Kill kill) {
        return token.matches(kill.token());
    }

    AdminReply notAuthorised() {
        return new AdminReply.AdminFailed(new Failure.NotAuthorised(node.self(), "Kill"));
    }

    AdminReply welcome() {
        return new AdminReply.Welcome(node.self(), node.version(), list);
    }

    AdminReply status(NodeState state, VolumeUsage usage, long openFiles, String lastError) {
        return new AdminReply.NodeStatus(
                node.self(),
                list.cluster(),
                list.version(),
                state,
                node.version(),
                pid,
                node.startedAt().toEpochMilli(),
                usage.files(),
                usage.bytes(),
                usage.freeBytes(),
                openFiles,
                lastError);
    }
}
