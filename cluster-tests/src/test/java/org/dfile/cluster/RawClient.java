package org.dfile.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.model.Host;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.FileReply;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.OperatorReply;
import org.dfile.protocol.OperatorRequest;
import org.dfile.protocol.RemotingConfig;

/** Says to nodes what a well-behaved client would not. */
public final class RawClient implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ActorSystem<Void> system;

    private RawClient(ActorSystem<Void> system) {
        this.system = system;
    }

    public static RawClient start() {
        return new RawClient(ActorSystem.create(
                Behaviors.empty(), NodePaths.CLIENT_SYSTEM, RemotingConfig.client(LOOPBACK, 0, LOOPBACK, 0)));
    }

    FileReply ask(Host host, String actor, Function<ActorRef<FileReply>, NodeRequest> request) {
        TestProbe<FileReply> replies = TestProbe.create(FileReply.class, system);
        this.<NodeRequest>node(host, actor).tell(request.apply(replies.getRef()));
        return replies.receiveMessage(PATIENCE);
    }

    AdminReply askAdmin(Host host, Function<ActorRef<AdminReply>, NodeRequest> request) {
        TestProbe<AdminReply> replies = TestProbe.create(AdminReply.class, system);
        this.<NodeRequest>node(host, NodePaths.FILES).tell(request.apply(replies.getRef()));
        return replies.receiveMessage(PATIENCE);
    }

    /** Completes exceptionally if there is no answer within {@code timeout}. */
    public CompletionStage<OperatorReply> askOperator(
            Host host, Function<ActorRef<OperatorReply>, OperatorRequest> request, Duration timeout) {
        return AskPattern.ask(
                this.<OperatorRequest>node(host, NodePaths.OPERATOR), request::apply, timeout, system.scheduler());
    }

    private <T> ActorRef<T> node(Host host, String actor) {
        return ActorRefResolver.get(system)
                .resolveActorRef("pekko://" + NodePaths.NODE_SYSTEM + "@" + host.address() + "/user/" + actor);
    }

    @Override
    public void close() {
        system.terminate();
        Stages.get(system.getWhenTerminated());
    }
}
