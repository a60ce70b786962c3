package org.dfile.actors;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileState;
import org.dfile.protocol.FileRequest;
import org.dfile.store.PoisonedException;

/**
 * One open file: makes batches of the changes that wait, one batch under way at a time, while reads go on beside it.
 *
 * <pre>
 *   opening --Opened--> ready --a change--> committing --Committed--> ready
 *      |                  \--Passivated, nothing to do--> (stopped)
 *      |                   \--Finish--> finishing --nothing left--> (stopped)
 *      \--a failure, in any state--> failed --Passivated, Finish--> (stopped)
 * </pre>
 *
 * <p>Nobody hears of a change before it is on disk (I11). What waits is bounded; beyond it the answer is {@link
 * Failure.Busy}. After a failure that leaves open what the file's state is everybody is told, and the actor leaves by
 * the same handshake as an idle one, so that no request is lost; the next one starts it again from the disk.
 */
final class OpenFileActor {

    private enum Tick implements FileMessage {
        IDLE_CHECK,
        GAP_CHECK,
        STAGE_CHECK,
        READS_ENDED
    }

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorRef<FileMessage> self;
    private final TimerScheduler<FileMessage> timers;
    private final StagedPieces pieces;
    private final FileDisk disk;
    private final FileReads reads;
    private final FileChanges changes;
    private final FileStages stages;
    private boolean used = true;
    private boolean finishing;

    private OpenFileActor(
            FileName name,
            FileEnvironment environment,
            ActorContext<FileMessage> context,
            TimerScheduler<FileMessage> timers) {
        FileServerSettings settings = environment.settings();
        this.name = name;
        this.environment = environment;
        this.self = context.getSelf();
        this.timers = timers;
        this.pieces = new StagedPieces(environment.store());
        this.disk = new FileDisk(name, environment, context, pieces);
        StageTable table = new StageTable(settings.maxStagesPerFile(), settings.maxStagedBytesPerFile());
        this.reads = new FileReads(name, environment);
        this.changes = new FileChanges(name, environment, table, pieces);
        this.stages = new FileStages(name, environment, table, pieces, self);
    }

    static Behavior<FileMessage> create(FileName name, FileEnvironment environment) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new OpenFileActor(name, environment, context, timers).open()));
    }

    private Behavior<FileMessage> open() {
        timers.startTimerWithFixedDelay(Tick.IDLE_CHECK, environment.settings().idleTimeout());
        disk.open();
        return opening(new ArrayList<>());
    }

    // -- states

    private Behavior<FileMessage> opening(List<Accepted> held) {
        return serving(apply -> hold(held, apply), Optional.empty())
                .onMessage(FileDisk.Opened.class, opened -> onOpened(opened, held))
                .onMessage(FileDisk.NotOpened.class, failed -> onNotOpened(failed, held))
                .onMessage(FileMessage.Passivated.class, passivated -> stay())
                .onMessage(FileMessage.Finish.class, finish -> {
                    finishing = true;
                    return Behaviors.same();
                })
                .onMessage(Tick.class, tick -> Behaviors.same())
                .build();
    }

    private Behavior<FileMessage> ready(Optional<FileState> state) {
        return serving(accepted -> onChange(state, accepted, () -> proceed(state)), Optional.of(state))
                .onMessage(FileDisk.ChangeStaged.class, staged -> onChangeStaged(staged, () -> proceed(state)))
                .onMessage(FileDisk.ChangeNotStaged.class, failed -> onChangeNotStaged(failed, () -> proceed(state)))
                .onMessage(FileMessage.Passivated.class, passivated -> isIdle() ? Behaviors.stopped() : stay())
                .onMessage(FileMessage.Finish.class, finish -> finish(state))
                .onMessage(Tick.class, tick -> onTick(tick, state))
                .build();
    }

    private Behavior<FileMessage> committing(Optional<FileState> state, Commit commit) {
        return serving(accepted -> onChange(state, accepted, Behaviors::same), Optional.empty())
                .onMessage(FileDisk.Committed.class, committed -> onCommitted(committed, commit))
                .onMessage(FileDisk.NotCommitted.class, failed -> onNotCommitted(failed, state, commit))
                .onMessage(FileDisk.ChangeStaged.class, staged -> onChangeStaged(staged, Behaviors::same))
                .onMessage(FileDisk.ChangeNotStaged.class, failed -> onChangeNotStaged(failed, Behaviors::same))
                .onMessage(FileMessage.Passivated.class, passivated -> stay())
                .onMessage(FileMessage.Finish.class, finish -> {
                    startFinishing();
                    return finishing(state, Optional.of(commit));
                })
                .onMessage(Tick.class, tick -> Behaviors.same()) // looked at again after the batch
                .build();
    }

    /** The node stops: nothing new; what was accepted is brought to its end. */
    private Behavior<FileMessage> finishing(Optional<FileState> state, Optional<Commit> commit) {
        Failure leaving = new Failure.ShuttingDown(environment.self());
        return builder()
                .onMessage(Accepted.class, accepted -> refuse(accepted, leaving))
                .onMessage(FileDisk.Committed.class, committed -> onCommitted(committed, commit.orElseThrow()))
                .onMessage(FileDisk.NotCommitted.class, failed -> onNotCommitted(failed, state, commit.orElseThrow()))
                .onMessage(
                        FileDisk.ChangeStaged.class, staged -> onChangeStaged(staged, () -> finishMore(state, commit)))
                .onMessage(
                        FileDisk.ChangeNotStaged.class,
                        failed -> onChangeNotStaged(failed, () -> finishMore(state, commit)))
                .onMessage(
                        FileStages.ChunkStaged.class, staged -> onChunkStaged(staged, () -> finishMore(state, commit)))
                .onMessage(
                        FileStages.ChunkNotStaged.class,
                        failed -> onChunkNotStaged(failed, () -> finishMore(state, commit)))
                .onMessage(Tick.class, tick -> finishMore(state, commit))
                .onMessage(FileMessage.class, other -> Behaviors.same()) // told to leave already
                .build();
    }

    /**
     * Of no use any more: the file is to be opened anew, or the volume is poisoned (I12) and the process leaves. Whoever
     * sends a chunk hears of it before the actor leaves.
     */
    private Behavior<FileMessage> failed(Failure failure) {
        if (finishing && stages.underWay() == 0) {
            return Behaviors.stopped();
        }
        return builder()
                .onMessage(Accepted.class, accepted -> refuse(accepted, failure))
                .onMessage(FileStages.ChunkStaged.class, staged -> onChunkTooLate(staged.accepted(), failure))
                .onMessage(FileStages.ChunkNotStaged.class, failed -> onChunkTooLate(failed.accepted(), failure))
                .onMessage(FileMessage.Passivated.class, passivated -> Behaviors.stopped())
                .onMessage(FileMessage.Finish.class, finish -> {
                    finishing = true;
                    return failed(failure);
                })
                .onMessage(FileMessage.class, other -> Behaviors.same()) // ends of what was under way: told already
                .build();
    }

    private Behavior<FileMessage> onChunkTooLate(Accepted accepted, Failure failure) {
        stages.drop(accepted, failure);
        return failed(failure);
    }

    /** What every serving state does alike: reads and chunks. {@code onApply} says what becomes of a change. */
    private BehaviorBuilder<FileMessage> serving(
            Function<Accepted, Behavior<FileMessage>> onApply, Optional<Optional<FileState>> current) {
        return builder()
                .onMessage(Accepted.class, accepted -> {
                    used = true;
                    return serve(accepted, onApply, current);
                })
                .onMessage(FileStages.ChunkStaged.class, staged -> onChunkStaged(staged, Behaviors::same))
                .onMessage(FileStages.ChunkNotStaged.class, failed -> onChunkNotStaged(failed, Behaviors::same));
    }

    private BehaviorBuilder<FileMessage> builder() {
        return Behaviors.receive(FileMessage.class).onSignal(PostStop.class, signal -> {
            if (finishing) {
                pieces.close(); // before the volume is closed, which waits for this actor's end
            } else {
                environment.io().execute(pieces::close);
            }
            return Behaviors.same();
        });
    }

    // -- requests

    private Behavior<FileMessage> serve(
            Accepted accepted,
            Function<Accepted, Behavior<FileMessage>> onApply,
            Optional<Optional<FileState>> current) {
        FileRequest request = accepted.request();
        if (request instanceof FileRequest.Read) {
            reads.start(accepted);
        } else if (request instanceof FileRequest.Stat stat) {
            current.ifPresentOrElse(state -> answerStat(accepted, stat, state), () -> reads.start(accepted));
        } else if (request instanceof FileRequest.Stage stage) {
            stages.take(accepted, stage);
            startTimerOnce(Tick.STAGE_CHECK, environment.settings().stageIdleTimeout());
        } else {
            return onApply.apply(accepted);
        }
        return Behaviors.same();
    }

    /** With no batch under way the state here is what the store has; otherwise the store has to be asked. */
    private void answerStat(Accepted accepted, FileRequest.Stat stat, Optional<FileState> state) {
        accepted.answer(FileReads.status(name, stat.id(), state));
    }

    private Behavior<FileMessage> hold(List<Accepted> held, Accepted accepted) {
        int limit = environment.settings().maxWaitingPerFile();
        if (held.size() >= limit) {
            accepted.refuse(new Failure.Busy("changes of " + name, limit));
        } else {
            held.add(accepted);
        }
        return Behaviors.same();
    }

    private Behavior<FileMessage> onChange(
            Optional<FileState> state, Accepted accepted, Supplier<Behavior<FileMessage>> next) {
        changes.take(state, accepted, (FileRequest.Apply) accepted.request()).ifPresent(disk::stage);
        return next.get();
    }

    private Behavior<FileMessage> refuse(Accepted accepted, Failure failure) {
        accepted.refuse(failure);
        return Behaviors.same();
    }

    // -- what the disk says

    private Behavior<FileMessage> onOpened(FileDisk.Opened opened, List<Accepted> held) {
        for (Accepted accepted : held) {
            changes.take(opened.state(), accepted, (FileRequest.Apply) accepted.request())
                    .ifPresent(disk::stage);
        }
        if (finishing) {
            startFinishing();
        }
        return proceed(opened.state());
    }

    private Behavior<FileMessage> onNotOpened(FileDisk.NotOpened failed, List<Accepted> held) {
        Failure failure = StoreFailures.of(failed.error(), environment.self(), name);
        held.forEach(accepted -> accepted.refuse(failure));
        return failed.error() instanceof PoisonedException
                ? becomeFailed(failed.error())
                : giveUp("opening", failed.error(), failure);
    }

    private Behavior<FileMessage> onChangeStaged(FileDisk.ChangeStaged staged, Supplier<Behavior<FileMessage>> next) {
        staged.change().becomeReady(staged.piece());
        return next.get();
    }

    private Behavior<FileMessage> onChangeNotStaged(
            FileDisk.ChangeNotStaged failed, Supplier<Behavior<FileMessage>> next) {
        changes.notStaged(failed.change(), failed.error());
        return failed.error() instanceof PoisonedException ? becomeFailed(failed.error()) : next.get();
    }

    private Behavior<FileMessage> onChunkStaged(FileStages.ChunkStaged staged, Supplier<Behavior<FileMessage>> next) {
        stages.onStaged(staged);
        return next.get();
    }

    private Behavior<FileMessage> onChunkNotStaged(
            FileStages.ChunkNotStaged failed, Supplier<Behavior<FileMessage>> next) {
        stages.onNotStaged(failed);
        return failed.error() instanceof PoisonedException ? becomeFailed(failed.error()) : next.get();
    }

    private Behavior<FileMessage> onCommitted(FileDisk.Committed committed, Commit commit) {
        changes.committed(commit);
        return proceed(Optional.of(committed.state()));
    }

    private Behavior<FileMessage> onNotCommitted(
            FileDisk.NotCommitted failed, Optional<FileState> state, Commit commit) {
        Throwable error = failed.error();
        if (error instanceof PoisonedException) {
            changes.failed(commit, error, StoreFailures.of(error, environment.self(), name));
            return becomeFailed(error);
        }
        if (changes.refusedByStore(commit, error)) {
            return proceed(state);
        }
        Failure closed = new Failure.Busy("the file " + name + ", closed after a failure", 0);
        changes.failed(commit, error, closed);
        return giveUp("committing", error, closed);
    }

    // -- from one state to the next

    /** Starts the next batch if there is one. */
    private Behavior<FileMessage> proceed(Optional<FileState> state) {
        Optional<Commit> next = changes.next(state, System.nanoTime(), !finishing);
        if (changes.someWaitForOthers()) {
            startTimerOnce(Tick.GAP_CHECK, environment.settings().gapTimeout());
        }
        next.ifPresent(disk::commit);
        if (finishing) {
            return next.isEmpty() && isDone() ? Behaviors.stopped() : finishing(state, next);
        }
        return next.isPresent() ? committing(state, next.get()) : ready(state);
    }

    private Behavior<FileMessage> finish(Optional<FileState> state) {
        startFinishing();
        return proceed(state);
    }

    private void startFinishing() {
        finishing = true;
        timers.cancelAll();
        reads.whenNone(() -> self.tell(Tick.READS_ENDED));
    }

    private Behavior<FileMessage> finishMore(Optional<FileState> state, Optional<Commit> commit) {
        return commit.isPresent() ? Behaviors.same() : proceed(state);
    }

    private Behavior<FileMessage> onTick(Tick tick, Optional<FileState> state) {
        if (tick == Tick.GAP_CHECK) {
            return proceed(state);
        }
        if (tick == Tick.STAGE_CHECK) {
            stages.dropIdle(environment.settings().stageIdleTimeout());
        } else if (tick == Tick.IDLE_CHECK) {
            checkIdle();
        }
        return Behaviors.same();
    }

    private void checkIdle() {
        if (!used && isIdle()) {
            environment.server().tell(new FileServerMessage.Passivate(name));
        }
        used = false;
        if (!stages.isEmpty()) {
            startTimerOnce(Tick.STAGE_CHECK, environment.settings().stageIdleTimeout());
        }
    }

    private void startTimerOnce(Tick tick, Duration delay) {
        if (!timers.isTimerActive(tick)) {
            timers.startSingleTimer(tick, tick, delay);
        }
    }

    /** While bytes are on their way for a later publish, the file is not idle. */
    private boolean isIdle() {
        return changes.isEmpty() && stages.isEmpty() && reads.none();
    }

    /** Stages that nobody has published yet are given up when the node stops. */
    private boolean isDone() {
        return changes.isEmpty() && stages.underWay() == 0 && reads.none();
    }

    private Behavior<FileMessage> stay() {
        environment.server().tell(new FileServerMessage.StayOpen(name));
        return Behaviors.same();
    }

    private Behavior<FileMessage> becomeFailed(Throwable error) {
        Failure failure = StoreFailures.of(error, environment.self(), name);
        changes.refuseAll(failure);
        environment.server().tell(new FileServerMessage.VolumePoisoned(StoreFailures.detail(error)));
        return failed(failure);
    }

    /**
     * What the file's state is has to be read again from the disk, by another actor: this one asks to leave. Until it
     * may, it answers whatever is in its mailbox.
     */
    private Behavior<FileMessage> giveUp(String doing, Throwable error, Failure failure) {
        String what = doing + " " + name + ": " + StoreFailures.detail(error);
        environment.server().tell(new FileServerMessage.Trouble(what));
        if (finishing) {
            return Behaviors.stopped();
        }
        environment.server().tell(new FileServerMessage.Passivate(name));
        return failed(failure);
    }
}
