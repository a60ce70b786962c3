package org.dfile.client.internal;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.ClusterId;
import org.dfile.model.Failure;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.model.VolumeId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.ListReply;
import org.dfile.protocol.ListRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.ProtocolVersion;
import org.dfile.protocol.RemotingConfig;

/** A {@link FakeNode} that is reached over real Artery, as a cluster of one. */
final class FakeArteryNode implements AutoCloseable {

    // Guarded by this.
    private int protocol = ProtocolVersion.CURRENT;

    private final FakeNode node = new FakeNode(new HostId("n1"), 16);
    private final ActorSystem<Void> system;
    private final HostAddress address;
    private final HostList list;

    FakeArteryNode() {
        BootstrapSetup setup = BootstrapSetup.create(
                Optional.of(RemotingConfig.class.getClassLoader()),
                Optional.of(RemotingConfig.node("127.0.0.1", 0, "127.0.0.1", 0, ConfigFactory.empty())),
                Optional.empty());
        system = ActorSystem.create(guardian(), NodePaths.NODE_SYSTEM, setup);
        address = new HostAddress("127.0.0.1", system.address().getPort().orElseThrow());
        list = new HostList(
                new ClusterId(UUID.randomUUID()),
                1,
                1,
                List.of(new Host(node.id(), address, new VolumeId(UUID.randomUUID()))));
    }

    HostAddress address() {
        return address;
    }

    /** From now on this is a node of another version. */
    synchronized void speak(int otherProtocol) {
        protocol = otherProtocol;
    }

    private Behavior<Void> guardian() {
        return Behaviors.setup(context -> {
            context.spawn(serving(), NodePaths.FILES);
            context.spawn(serving(), NodePaths.BULK);
            return Behaviors.empty();
        });
    }

    private Behavior<NodeRequest> serving() {
        return Behaviors.receiveMessage(request -> {
            serve(request);
            return Behaviors.same();
        });
    }

    private synchronized void serve(NodeRequest request) {
        if (request instanceof AdminRequest.Hello hello) {
            hello.replyTo()
                    .tell(
                            protocol == hello.protocol()
                                    ? new AdminReply.Welcome(node.id(), "test", list)
                                    : new AdminReply.AdminFailed(
                                            new Failure.OtherProtocol(node.id(), "test", protocol, hello.protocol())));
        } else if (request instanceof FileRequest file) {
            file.replyTo().tell((FileReply) node.answer(file.id(), call(file)));
        } else if (request instanceof ListRequest names) {
            Call.Names call = new Call.Names(names.prefix(), names.after(), names.limit());
            names.replyTo().tell((ListReply) node.answer(names.id(), call));
        }
    }

    private static Call call(FileRequest request) {
        if (request instanceof FileRequest.Read read) {
            return new Call.Read(read.name(), read.generation(), read.offset(), read.byteCount());
        }
        if (request instanceof FileRequest.Apply apply) {
            return new Call.Apply(apply.name(), apply.stamp(), apply.change());
        }
        if (request instanceof FileRequest.Stage stage) {
            return new Call.Stage(stage.name(), stage.stage(), stage.offset(), stage.bytes());
        }
        return new Call.Stat(request.name());
    }

    /** Leaves; returns when the port is free. */
    void stop() {
        system.terminate();
        Stages.get(system.getWhenTerminated());
    }

    @Override
    public void close() {
        stop();
    }
}
