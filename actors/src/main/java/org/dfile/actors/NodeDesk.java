package org.dfile.actors;

import java.util.Optional;
import java.util.function.Supplier;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ProtocolVersion;
import org.dfile.store.VolumeUsage;

/** The answers to administrative questions that are the same in every state of a node. */
final class NodeDesk {

    private final NodeInfo node;
    private final Supplier<Placement> placement;
    private final AdminToken token;
    private final long pid = ProcessHandle.current().pid();

    NodeDesk(NodeInfo node, Supplier<Placement> placement, AdminToken token) {
        this.node = node;
        this.placement = placement;
        this.token = token;
    }

    HostId self() {
        return node.self();
    }

    HostList list() {
        return placement.get().list();
    }

    boolean authorises(String offeredToken) {
        return token.matches(offeredToken);
    }

    AdminReply notAuthorised(String what) {
        return new AdminReply.AdminFailed(new Failure.NotAuthorised(node.self(), what));
    }

    /** Welcomes whoever speaks what this build speaks. */
    AdminReply welcome(AdminRequest.Hello hello) {
        return otherProtocol(hello.protocol())
                .orElseGet(() -> new AdminReply.Welcome(node.self(), node.version(), list()));
    }

    /** The answer to somebody who would not understand any other. */
    Optional<AdminReply> otherProtocol(int offered) {
        return offered == ProtocolVersion.CURRENT
                ? Optional.empty()
                : Optional.of(new AdminReply.AdminFailed(
                        new Failure.OtherProtocol(node.self(), node.version(), ProtocolVersion.CURRENT, offered)));
    }

    AdminReply status(NodeState state, VolumeFigures.Figures figures, long openFiles, String lastError) {
        VolumeUsage usage = figures.usage();
        return new AdminReply.NodeStatus(
                node.self(),
                list().cluster(),
                list().version(),
                state,
                node.version(),
                pid,
                node.startedAt().toEpochMilli(),
                usage.files(),
                usage.bytes(),
                usage.freeBytes(),
                usage.reserveBytes(),
                usage.full(),
                usage.garbageBytes(),
                usage.compactedBytes(),
                openFiles,
                ScrubReports.of(figures.scrub(), node.volume()),
                lastError);
    }
}
