package org.dfile.actors;

import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.actors.transfer.TransferSource;
import org.dfile.model.Failure;
import org.dfile.model.HostId;
import org.dfile.protocol.AdminReply;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.dfile.store.LocalStore;

/**
 * Whether a node serves, and how it leaves. Used by the file server's actor alone.
 *
 * <pre>
 *   READY --Kill, Stop--> STOPPING --files finished, volume closed--> (answers Kill; the process leaves)
 *     \--the volume is poisoned--> FAILED (refuses everything) --files have told their clients--> (the process leaves)
 * </pre>
 */
final class NodeLife {

    /**
     * To the server: the volume is closed.
     *
     * @param failure empty if it was closed cleanly
     */
    record VolumeClosed(String failure) implements FileServerMessage {}

    /** To the server: files have had their time to finish. */
    enum StopTimeout implements FileServerMessage {
        INSTANCE
    }

    private final ActorContext<NodeRequest> context;
    private final TimerScheduler<NodeRequest> timers;
    private final FileServerSettings settings;
    private final HostId self;
    private final NodeHooks hooks;
    private final Neighbours neighbours;
    private final OpenFiles files;
    private final TransferSource transfers;
    private final LocalStore store;
    private final Executor io;
    private final Farewells farewells;
    private NodeState state = NodeState.READY;
    private boolean closing;
    private String poison = "";
    private String lastError = "";

    NodeLife(
            ActorContext<NodeRequest> context,
            TimerScheduler<NodeRequest> timers,
            FileEnvironment environment,
            NodeHooks hooks,
            Neighbours neighbours,
            OpenFiles files,
            TransferSource transfers) {
        this.context = context;
        this.timers = timers;
        this.settings = environment.settings();
        this.self = environment.self();
        this.hooks = hooks;
        this.neighbours = neighbours;
        this.files = files;
        this.transfers = transfers;
        this.store = environment.store();
        this.io = environment.io();
        this.farewells = new Farewells(self);
    }

    NodeState state() {
        return state;
    }

    boolean isReady() {
        return state == NodeState.READY;
    }

    /** Whether the volume must not be used for anything new. */
    boolean isVolumeGone() {
        return closing || state == NodeState.FAILED;
    }

    /** Returns what whoever comes now is told, once the node is not ready any more. */
    Failure leaving() {
        return state == NodeState.FAILED ? new Failure.StorageFailed(self, lastError) : new Failure.ShuttingDown(self);
    }

    String lastError() {
        return lastError;
    }

    /** Something went wrong that an operator should know of. */
    void trouble(String detail) {
        lastError = detail;
        context.getLog().error("{}", detail);
    }

    /** Files may tell their clients first; then the node leaves, without touching the volume again (I12). */
    void poisoned(String detail) {
        if (state != NodeState.FAILED) {
            state = NodeState.FAILED;
            poison = detail;
            lastError = detail;
            context.getLog().error("the volume is poisoned, the node leaves: {}", detail);
            timers.startSingleTimer(StopTimeout.INSTANCE, settings.stopTimeout());
            files.finishAll();
            leaveIfDone();
        }
    }

    // -- stopping

    void kill(ActorRef<AdminReply> killer) {
        farewells.addKiller(killer);
        startStopping();
    }

    void stop(ActorRef<FileServerMessage.Stopped> stopper) {
        farewells.addStopper(stopper);
        startStopping();
    }

    private void startStopping() {
        if (state == NodeState.READY) {
            state = NodeState.STOPPING;
            timers.startSingleTimer(StopTimeout.INSTANCE, settings.stopTimeout());
            files.finishAll();
            leaveIfDone();
        }
    }

    void onStopTimeout() {
        String late = files.count() + " files did not finish within " + settings.stopTimeout();
        if (state == NodeState.FAILED) {
            context.getLog().warn("{}; the node leaves all the same", late);
            leaveAsFailed();
        } else if (!closing) {
            lastError = late;
            context.getLog().warn("{}; the volume is closed all the same", late);
            closeVolume();
        }
    }

    /** Goes on if no file is open any more. */
    void leaveIfDone() {
        if (files.count() == 0 && state == NodeState.FAILED) {
            leaveAsFailed();
        } else if (files.count() == 0 && state == NodeState.STOPPING && !closing) {
            closeVolume();
        }
    }

    private void leaveAsFailed() {
        if (!farewells.done()) {
            farewells.stopped(poison);
            hooks.storageFailed(poison);
        }
    }

    private void closeVolume() {
        closing = true;
        timers.cancelAll();
        context.pipeToSelf(
                LastSteps.run(context.getSystem(), settings, neighbours, transfers, store, io),
                (done, error) ->
                        new VolumeClosed(error == null ? "" : StoreFailures.detail(StoreFailures.cause(error))));
    }

    void onVolumeClosed(VolumeClosed closed) {
        if (!closed.failure().isEmpty()) {
            lastError = closed.failure();
            context.getLog().error("closing the volume: {}", closed.failure());
            state = NodeState.FAILED;
            poison = closed.failure();
            leaveAsFailed();
        } else if (farewells.stopped("")) {
            hooks.killed();
        }
    }
}
