package org.dfile.manager.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.model.HostList;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.AdminRequest;
import org.dfile.protocol.HostListFile;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.RemotingConfig;
import org.dfile.protocol.ScrubReport;

/**
 * A node without files that misbehaves as told by the file {@code misbehave} in its home: {@code deaf} never answers
 * {@code Kill}, {@code stubborn} does not leave after SIGTERM either. While there is a file {@code other-build}, it speaks
 * another protocol.
 */
public final class StubNode {

    private StubNode() {}

    public static void main(String[] args) throws IOException {
        Path settings = Path.of(args[0]);
        Path home = settings.resolveSibling("");
        Config node = ConfigFactory.parseFile(settings.toFile()).getConfig("dfile.node");
        HostList list = HostListFile.read(home.resolve(node.getString("host-list")));
        HostId id = new HostId(node.getString("host-id"));
        String manners = Files.exists(home.resolve("misbehave")) ? Files.readString(home.resolve("misbehave")) : "";
        if (manners.contains("stubborn")) {
            Runtime.getRuntime().addShutdownHook(new Thread(StubNode::sleepForEver));
        }
        String token = Files.readString(home.resolve(node.getString("admin-token-file")));
        String host = node.getString("bind.host");
        int port = node.getInt("bind.port");
        ActorSystem.create(
                Behaviors.setup(context -> {
                    context.spawn(
                            admin(context.getSystem(), home, list, id, token, manners.contains("deaf")),
                            NodePaths.FILES);
                    return Behaviors.empty();
                }),
                NodePaths.NODE_SYSTEM,
                RemotingConfig.node(host, port, host, port, ConfigFactory.empty()));
    }

    private static Behavior<AdminRequest> admin(
            ActorSystem<?> system, Path home, HostList list, HostId id, String token, boolean deaf) {
        return Behaviors.receive(AdminRequest.class)
                .onMessage(AdminRequest.GetStatus.class, request -> {
                    request.replyTo()
                            .tell(
                                    Files.exists(home.resolve("other-build"))
                                            ? new AdminReply.AdminFailed(
                                                    new Failure.OtherProtocol(id, "9.9", 99, request.protocol()))
                                            : status(list, id));
                    return Behaviors.same();
                })
                .onMessage(AdminRequest.Kill.class, kill -> {
                    if (!deaf && kill.token().equals(token)) {
                        kill.replyTo().tell(new AdminReply.Killed(id));
                        system.terminate(); // flushes the answer; the process ends with the last thread
                    }
                    return Behaviors.same();
                })
                .build();
    }

    private static AdminReply.NodeStatus status(HostList list, HostId id) {
        return new AdminReply.NodeStatus(
                id,
                list.cluster(),
                list.version(),
                NodeState.READY,
                "stub",
                ProcessHandle.current().pid(),
                0,
                0,
                0,
                0,
                0,
                false,
                0,
                0,
                0,
                ScrubReport.NONE,
                "");
    }

    private static void sleepForEver() {
        try {
            new java.util.concurrent.CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
