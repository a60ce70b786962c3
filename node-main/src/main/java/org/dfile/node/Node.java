package org.dfile.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.remote.RemoteTransportException;
import org.dfile.actors.FileServerMessage;
import org.dfile.actors.NodeInfo;
import org.dfile.model.HostAddress;
import org.dfile.model.HostId;
import org.dfile.model.Version;
import org.dfile.protocol.NodePaths;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.RemotingConfig;
import org.dfile.store.StoreException;

/**
 * One running node: its volume, its actor system, its actors. Several may run in one process.
 *
 * <p>It ends by {@link #stop}, by a {@code Kill}, by a failing disk, or by a bug; {@link #whenStopped} tells which. When
 * that stage completes the actors have gone and the address is free.
 */
public final class Node {

    private static final Duration ACTORS_TIMEOUT = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final boolean amnesiac;
    private final Departure departure;
    private final CompletionStage<ExitCode> stopped;

    private Node(NodeSettings settings, Volume volume, Departure departure, ActorSystem<Void> system) {
        this.settings = settings;
        this.amnesiac = volume.store().isEmpty();
        this.departure = departure;
        this.stopped = system.getWhenTerminated().thenApply(done -> departure.exitCode());
    }

    /**
     * Opens the volume, listens on the address, starts the actors. When it returns the node answers.
     *
     * @throws NodeException if volume or address are refused; then nothing is left open
     */
    public static Node start(NodeSettings settings) throws NodeException {
        Volume volume = Volume.open(settings);
        try {
            return start(settings, volume);
        } catch (NodeException | RuntimeException e) {
            closeAfterFailure(volume, e);
            throw e;
        }
    }

    private static Node start(NodeSettings settings, Volume volume) throws NodeException {
        NodeInfo info = new NodeInfo(settings.self().id(), Version.TEXT, startOfProcess(), settings.data());
        Departure departure = new Departure(settings.shutdownTimeout(), volume);
        CompletableFuture<ActorRef<NodeRequest>> started = new CompletableFuture<>();
        BootstrapSetup setup =
                BootstrapSetup.create(config(settings)).withClassloader(RemotingConfig.class.getClassLoader());
        ActorSystem<Void> system = listen(
                settings,
                () -> ActorSystem.create(
                        NodeGuardian.create(settings, info, volume, departure, started), NodePaths.NODE_SYSTEM, setup));
        ActorRef<NodeRequest> files =
                started.orTimeout(ACTORS_TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
        departure.started(system, files);
        volume.onPoisoned(detail -> files.tell(new FileServerMessage.VolumePoisoned(detail)));
        return new Node(settings, volume, departure, system);
    }

    private static Config config(NodeSettings settings) {
        Config phases = ConfigFactory.parseMap(Map.of(
                // Longer than the time that closing the volume itself is given.
                "pekko.coordinated-shutdown.phases.service-stop.timeout",
                settings.shutdownTimeout().plusSeconds(1).toMillis() + "ms"));
        return RemotingConfig.node(
                settings.bindHost(),
                settings.bindPort(),
                settings.self().address().host(),
                settings.self().address().port(),
                phases.withFallback(settings.own()));
    }

    private interface SystemStart {
        ActorSystem<Void> run();
    }

    private static ActorSystem<Void> listen(NodeSettings settings, SystemStart start) throws NodeException {
        try {
            return start.run();
        } catch (RuntimeException e) {
            Optional<Throwable> bindFailure = bindFailure(e);
            if (bindFailure.isPresent()) {
                throw new NodeException(
                        ExitCode.ADDRESS_REFUSED,
                        "cannot listen on " + new HostAddress(settings.bindHost(), settings.bindPort()) + ": "
                                + bindFailure.get().getMessage(),
                        e);
            }
            throw e;
        }
    }

    private static Optional<Throwable> bindFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RemoteTransportException || cause instanceof BindException) {
                return Optional.of(cause);
            }
        }
        return Optional.empty();
    }

    private static void closeAfterFailure(Volume volume, Exception failure) {
        try {
            volume.close();
        } catch (StoreException e) {
            failure.addSuppressed(e);
        }
    }

    private static Instant startOfProcess() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    /** As the host list has it: what others dial. */
    public HostAddress address() {
        return settings.self().address();
    }

    public HostId hostId() {
        return settings.self().id();
    }

    /** One line that says who runs where, for the operator and for whoever started the process. */
    public String readyLine() {
        return "DFile " + Version.TEXT + " node " + hostId() + (amnesiac ? " amnesiac" : " ready") + " at " + address()
                + " (pid " + ProcessHandle.current().pid() + ", cluster "
                + settings.list().cluster() + ")"
                + (amnesiac ? ": " + settings.data() + " is empty, its volume is somewhere else" : "");
    }

    /** Refuses new work, finishes what runs, closes, leaves; as SIGTERM does. Calling it twice does no more. */
    public CompletionStage<ExitCode> stop() {
        departure.leave();
        return stopped;
    }

    /** Completed when the node has gone. Never fails. */
    public CompletionStage<ExitCode> whenStopped() {
        return stopped;
    }
}
