package org.dfile.bench;

import com.typesafe.config.ConfigFactory;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.Bytes;
import org.dfile.model.FileVersion;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.FileRequest;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.RemotingConfig;

/**
 * The other end of bare Artery, in a process of its own: answers each read with bytes that it holds, from the one actor
 * that takes it. Same messages, same serializers, same settings as a node; no file, no store. Prints its port.
 */
final class ArteryEcho {

    private static final Bytes SMALL = Bytes.of(ByteBuffer.allocate(ArteryLimit.SMALL_BYTES));
    private static final Bytes LARGE = Bytes.of(ByteBuffer.allocate(Workloads.SMALL_BYTES));

    private ArteryEcho() {}

    public static void main(String[] args) throws Exception {
        String loopback = InetAddress.getLoopbackAddress().getHostAddress();
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.<Void>setup(context -> {
                    context.spawn(echo(), NodePaths.FILES);
                    return Behaviors.empty();
                }),
                NodePaths.NODE_SYSTEM,
                RemotingConfig.node(loopback, 0, loopback, 0, ConfigFactory.empty()));
        System.out.println(system.address().getPort().get());
        System.in.transferTo(OutputStream.nullOutputStream());
        system.terminate();
    }

    private static Behavior<FileRequest> echo() {
        return Behaviors.receive(FileRequest.class)
                .onMessage(FileRequest.Read.class, read -> {
                    Bytes bytes = read.byteCount() == SMALL.byteCount() ? SMALL : LARGE;
                    read.replyTo()
                            .tell(new FileReply.Contents(
                                    read.id(), FileVersion.NONE, bytes.byteCount(), read.offset(), bytes));
                    return Behaviors.same();
                })
                .build();
    }
}
