package org.dfile.node;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.dfile.actors.FileServerMessage;
import org.dfile.actors.FileServerMessage.Stopped;
import org.dfile.actors.NodeHooks;
import org.dfile.protocol.NodeRequest;
import org.dfile.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node leaves, whatever the reason: the file server refuses new work, finishes what runs and closes the volume;
 * then the actor system goes, and with it, flushed, the last replies. The first reason that ends a node decides its exit
 * code, but a failing disk outdoes leaving in order.
 */
final class Departure implements NodeHooks {

    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private enum Reason implements CoordinatedShutdown.Reason {
        TOLD,
        KILLED,
        REPLACED,
        STORAGE_FAILED
    }

    private final Duration timeout;
    private final Volume volume;
    private final CompletableFuture<ActorSystem<Void>> running = new CompletableFuture<>();
    private final CompletableFuture<Done> filesCrashed = new CompletableFuture<>();
    private ExitCode exitCode = ExitCode.UNEXPECTED;

    /** @param timeout for closing the volume */
    Departure(Duration timeout, Volume volume) {
        this.timeout = timeout;
        this.volume = volume;
    }

    /** From now on the node can leave; what was asked before happens now. */
    void started(ActorSystem<Void> system, ActorRef<NodeRequest> files) {
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseServiceStop(), "close-volume", () -> closeVolume(system, files));
        running.complete(system);
    }

    /** Leaves in order. Says nothing new if the node is leaving already. */
    void leave() {
        turn(ExitCode.UNEXPECTED, ExitCode.STOPPED);
        run(Reason.TOLD);
    }

    @Override
    public void killed() {
        turn(ExitCode.UNEXPECTED, ExitCode.STOPPED);
        run(Reason.KILLED);
    }

    @Override
    public void storageFailed(String detail) {
        storageFailed();
        LOG.error("the disk failed, the node leaves: {}", detail);
        run(Reason.STORAGE_FAILED);
    }

    /** A newer host list has another volume for this host: whatever it would say could be wrong. */
    void volumeReplaced(String detail) {
        turn(ExitCode.UNEXPECTED, ExitCode.VOLUME_REFUSED);
        LOG.error("the node leaves: {}", detail);
        run(Reason.REPLACED);
    }

    /** The file server is gone without having been told to: nobody else closes the volume now. */
    void filesCrashed() {
        turn(ExitCode.STOPPED, ExitCode.UNEXPECTED);
        filesCrashed.complete(Done.getInstance());
    }

    synchronized ExitCode exitCode() {
        return exitCode;
    }

    private synchronized void turn(ExitCode from, ExitCode to) {
        exitCode = exitCode == from ? to : exitCode;
    }

    private synchronized void storageFailed() {
        exitCode = ExitCode.STORAGE_FAILED;
    }

    private void run(Reason reason) {
        CompletionStage<Done> gone =
                running.thenCompose(system -> CoordinatedShutdown.get(system).runAll(reason));
        gone.whenComplete((done, error) -> {
            if (error != null) {
                LOG.error("leaving, {}", reason, error);
            }
        });
    }

    private CompletionStage<Done> closeVolume(ActorSystem<Void> system, ActorRef<NodeRequest> files) {
        Executor blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
        CompletionStage<Done> closedByFiles = AskPattern.<NodeRequest, Stopped>ask(
                        files, FileServerMessage.Stop::new, timeout, system.scheduler())
                .thenApply(this::onStopped);
        CompletionStage<Done> closedHere = filesCrashed.thenApplyAsync(done -> closeAbandoned(), blocking);
        return closedByFiles.applyToEither(closedHere, done -> done).exceptionally(error -> {
            turn(ExitCode.STOPPED, ExitCode.UNEXPECTED);
            LOG.error("the volume was not closed within {}", timeout, error);
            return Done.getInstance();
        });
    }

    private Done onStopped(Stopped stopped) {
        if (!stopped.failure().isEmpty()) {
            storageFailed();
        }
        return Done.getInstance();
    }

    private Done closeAbandoned() {
        try {
            volume.close();
            return Done.getInstance();
        } catch (StoreException e) {
            throw new CompletionException(e);
        }
    }
}
