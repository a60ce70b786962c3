package org.dfile.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.actors.peers.ArteryPeerLinks;
import org.dfile.model.ClusterId;
import org.dfile.model.Host;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;
import org.dfile.model.Operation;
import org.dfile.model.VolumeId;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.RemotingConfig;
import org.dfile.protocol.peer.FilePeerMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges of full length need the connection for large messages; it is chosen by where the fetching actor stands. */
class ArteryTransferTest {

    @TempDir
    Path directory;

    private final BlockingQueue<Fetched> fetched = new LinkedBlockingQueue<>();

    private static ActorSystem<Void> system(Behavior<Void> guardian) {
        Config fast = ConfigFactory.parseString("pekko.remote.artery.advanced.shutdown-flush-timeout = 50ms");
        return ActorSystem.create(
                guardian,
                NodePaths.NODE_SYSTEM,
                BootstrapSetup.create(
                        Optional.of(RemotingConfig.class.getClassLoader()),
                        Optional.of(RemotingConfig.node("", 0, "127.0.0.1", 0, fast)),
                        Optional.empty()));
    }

    private static Behavior<NodeRequest> files(TransferSource source) {
        return Behaviors.receiveMessage(message -> {
            source.take((FilePeerMessage) message);
            return Behaviors.same();
        });
    }

    /** One that has its fetch as a child, as the slots do, and one whose child has, as the file server does. */
    private Behavior<Void> fetching(Replica there, Replica here, int port, StateId id) {
        return Behaviors.setup(context -> {
            HostList list = new HostList(
                    new ClusterId(new UUID(1, 2)),
                    1,
                    1,
                    List.of(new Host(there.id, new HostAddress("127.0.0.1", port), new VolumeId(new UUID(3, 4)))));
            FetchEnvironment environment = new FetchEnvironment(
                    TransferSettings.from(ConfigFactory.load()),
                    new MemoryLimit(64 << 20),
                    here.id,
                    list.id(),
                    new ArteryPeerLinks(context.getSystem(), list, Duration.ofSeconds(1)),
                    here.store,
                    ForkJoinPool.commonPool());
            Behavior<Void> file = Behaviors.setup(of -> {
                Fetch.spawn(of, environment, Wanted.state(there.id, Replica.NAME, id), Pace.UNLIMITED, fetched::add);
                return Behaviors.empty();
            });
            context.spawn(file, NodePaths.SLOTS);
            context.spawn(
                    Behaviors.<Void>setup(of -> {
                        of.spawn(file, "a%20name");
                        return Behaviors.empty();
                    }),
                    NodePaths.FILES);
            return Behaviors.empty();
        });
    }

    @Test
    void statesFetchedOverTheNet_arriveWherever() throws Exception {
        byte[] content = new byte[5 << 20];
        new Random(1).nextBytes(content);
        try (Replica there = Replica.complete(directory.resolve("there"), "n1");
                Replica here = Replica.complete(directory.resolve("here"), "n2")) {
            StateId id = there.commit(Replica.batch(
                    1,
                    1,
                    List.of(new Operation.Create(), new Operation.WriteStaged(0, there.stage(content, 1 << 20))),
                    List.of()));
            ActorSystem<Void> source = system(Behaviors.setup(context -> {
                TransferSource of = new TransferSource(
                        TransferSettings.from(ConfigFactory.load()),
                        there.store,
                        ForkJoinPool.commonPool(),
                        context.getSystem(),
                        error -> {});
                context.spawn(files(of), NodePaths.FILES);
                return Behaviors.empty();
            }));
            int port = source.address().getPort().orElseThrow();
            ActorSystem<Void> target = system(fetching(there, here, port, id));
            try {
                for (int i = 0; i < 2; i++) {
                    assertThat(fetched.poll(20, TimeUnit.SECONDS))
                            .isInstanceOfSatisfying(Fetched.State.class, state -> {
                                assertThat(state.state().length()).isEqualTo(content.length);
                                assertThat(state.incoming())
                                        .satisfies(incoming -> Replica.await(incoming.install(false)));
                            });
                }
                assertThat(here.content()).contains(content);
            } finally {
                for (ActorSystem<Void> system : List.of(source, target)) {
                    system.terminate();
                    system.getWhenTerminated().toCompletableFuture().join();
                }
            }
        }
    }
}
