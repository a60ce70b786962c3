package org.dfile.actors;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.actors.slots.SlotsMessage;
import org.dfile.actors.transfer.Fetched;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.store.AmnesiacException;
import org.dfile.store.PoisonedException;
import org.dfile.store.Standing;

/**
 * One open file on one of its hosts: a replica, and its coordinator while the host leads the slot.
 *
 * <pre>
 *   opening --Opened--> serving --Passivated, nothing to do--> (stopped)
 *      |                   \--Finish--> finishing --nothing left--> (stopped)
 *      \--a failure, in any state--> failed --Passivated, Finish--> (stopped)
 * </pre>
 *
 * <p>Nobody hears of a change before a majority has it on disk (I5). What waits is bounded; beyond it the answer is {@link
 * Failure.Busy}. After a failure that leaves open what the file's state is everybody is told, and the actor leaves by
 * the same handshake as an idle one, so that no request is lost; the next one starts it again from the disk.
 */
final class OpenFileActor {

    private enum Tick implements OpenFileMessage {
        IDLE_CHECK,
        WORK_CHECK,
        GAP_CHECK,
        STAGE_CHECK,
        READS_ENDED
    }

    private record FromSlots(SlotsMessage.Confirmed confirmed) implements OpenFileMessage {}

    private final FileName name;
    private final FileEnvironment environment;
    private final ActorContext<OpenFileMessage> context;
    private final TimerScheduler<OpenFileMessage> timers;
    private final ActorRef<SlotsMessage.Confirmed> confirmed;
    private final FileParts parts;
    private final FileRequests requests;
    private final EarlyMail early;
    private boolean used = true;
    private boolean finishing;
    private int quietResends;
    private boolean repairWanted;

    private OpenFileActor(
            FileName name,
            FileEnvironment environment,
            ActorContext<OpenFileMessage> context,
            TimerScheduler<OpenFileMessage> timers) {
        this.name = name;
        this.environment = environment;
        this.context = context;
        this.timers = timers;
        this.confirmed = context.messageAdapter(SlotsMessage.Confirmed.class, FromSlots::new);
        this.parts = FileParts.of(name, environment, context);
        this.requests = parts.requests();
        this.early = new EarlyMail(environment.settings().maxWaitingPerFile());
    }

    static Behavior<OpenFileMessage> create(FileName name, FileEnvironment environment) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new OpenFileActor(name, environment, context, timers).open()));
    }

    private Behavior<OpenFileMessage> open() {
        timers.startTimerWithFixedDelay(Tick.IDLE_CHECK, environment.settings().idleTimeout());
        parts.disk().open();
        return opening();
    }

    // -- states

    private Behavior<OpenFileMessage> opening() {
        return builder()
                .onMessage(Accepted.class, accepted -> {
                    requests.take(accepted);
                    return Behaviors.same();
                })
                .onMessage(OpenFileMessage.FromPeer.class, mail -> {
                    early.add(mail);
                    return Behaviors.same();
                })
                .onMessage(FileDisk.Opened.class, this::onOpened)
                .onMessage(FileDisk.NotOpened.class, failed -> onFailure("opening", failed.error()))
                .onMessage(OpenFileMessage.Passivated.class, passivated -> stay())
                .onMessage(OpenFileMessage.Reopen.class, reopen -> reopen())
                .onMessage(OpenFileMessage.Repair.class, repair -> {
                    repairWanted = true;
                    return Behaviors.same();
                })
                .onMessage(OpenFileMessage.Finish.class, finish -> {
                    finishing = true;
                    return Behaviors.same();
                })
                .onMessage(OpenFileMessage.class, other -> Behaviors.same()) // sent again
                .build();
    }

    private Behavior<OpenFileMessage> serving(FileMachine machine) {
        return working(machine)
                .onMessage(Accepted.class, accepted -> {
                    used = true;
                    requests.take(accepted);
                    return proceed(machine);
                })
                .onMessage(
                        OpenFileMessage.Passivated.class,
                        passivated -> parts.isIdle(machine) ? Behaviors.stopped() : stay())
                .onMessage(OpenFileMessage.Finish.class, finish -> {
                    finishing = true;
                    return finish(machine);
                })
                .build();
    }

    /** The node stops: nothing new; what was accepted is brought to its end. */
    private Behavior<OpenFileMessage> finishing(FileMachine machine) {
        Failure leaving = new Failure.ShuttingDown(environment.self());
        return working(machine)
                .onMessage(Accepted.class, accepted -> {
                    accepted.refuse(leaving);
                    return Behaviors.same();
                })
                .onMessage(OpenFileMessage.class, other -> Behaviors.same()) // told to leave already
                .build();
    }

    /** What the file does in its part of the work, whoever else is still served. */
    private BehaviorBuilder<OpenFileMessage> working(FileMachine machine) {
        return builder()
                .onMessage(OpenFileMessage.FromPeer.class, mail -> {
                    used = true;
                    parts.mail(machine).on(mail);
                    return proceed(machine);
                })
                .onMessage(OpenFileMessage.RoleChanged.class, changed -> {
                    requests.route();
                    return proceed(machine);
                })
                .onMessage(OpenFileMessage.Reopen.class, reopen -> reopen())
                .onMessage(FromSlots.class, message -> {
                    machine.confirmed(message.confirmed());
                    return proceed(machine);
                })
                .onMessage(MachineWrites.Written.class, written -> {
                    machine.onWritten(written);
                    return proceed(machine);
                })
                .onMessage(MachineWrites.NotWritten.class, failed -> onFailure("writing", failed.error()))
                .onMessage(FileFetches.Ended.class, fetched -> {
                    parts.fetches().on(fetched, machine);
                    return proceed(machine);
                })
                .onMessage(FileDisk.StateRead.class, read -> {
                    requests.onStateRead(read);
                    return proceed(machine);
                })
                .onMessage(FileDisk.NotOpened.class, failed -> onFailure("reading", failed.error()))
                .onMessage(FileDisk.ChangeStaged.class, staged -> {
                    requests.staged(staged);
                    return proceed(machine);
                })
                .onMessage(FileDisk.ChangeNotStaged.class, failed -> {
                    requests.notStaged(failed.change(), failed.error());
                    return goOnUnlessPoisoned(machine, failed.error());
                })
                .onMessage(FileStages.ChunkStaged.class, staged -> {
                    parts.stages().onStaged(staged);
                    startTimerOnce(Tick.STAGE_CHECK, environment.settings().stageIdleTimeout());
                    return proceed(machine);
                })
                .onMessage(FileStages.ChunkNotStaged.class, failed -> {
                    parts.stages().onNotStaged(failed);
                    return goOnUnlessPoisoned(machine, failed.error());
                })
                .onMessage(IncomingBatches.PieceWritten.class, written -> {
                    parts.incoming().onWritten(written);
                    startTimerOnce(Tick.STAGE_CHECK, environment.settings().stageIdleTimeout());
                    parts.mail(machine).takeComplete();
                    return proceed(machine);
                })
                .onMessage(IncomingBatches.PieceNotWritten.class, failed -> {
                    parts.incoming().onNotWritten();
                    return goOnUnlessPoisoned(machine, failed.error());
                })
                .onMessage(OpenFileMessage.Repair.class, repair -> {
                    used = true;
                    parts.repair().begin(machine.committed().id());
                    return Behaviors.same();
                })
                .onMessage(FileRepair.Step.class, step -> onRepairStep(machine, step))
                .onMessage(Tick.class, tick -> onTick(tick, machine));
    }

    /**
     * Of no use any more: the file is to be opened anew, or the volume is poisoned (I12) and the process leaves. Until it
     * may leave, it answers whatever is in its mailbox.
     */
    private Behavior<OpenFileMessage> failed(Failure unknown, Failure failure) {
        requests.refuseAll(unknown, failure);
        if (finishing) {
            return Behaviors.stopped();
        }
        return builder()
                .onMessage(Accepted.class, accepted -> {
                    accepted.refuse(failure);
                    return Behaviors.same();
                })
                .onMessage(OpenFileMessage.Passivated.class, passivated -> Behaviors.stopped())
                .onMessage(OpenFileMessage.Finish.class, finish -> Behaviors.stopped())
                .onMessage(OpenFileMessage.FromPeer.class, mail -> {
                    mail.done();
                    return Behaviors.same();
                })
                .onMessage(FileFetches.Ended.class, ended -> giveUp(ended.fetched()))
                .onMessage(FileRepair.Arrived.class, arrived -> giveUp(arrived.fetched()))
                .onMessage(OpenFileMessage.class, other -> Behaviors.same()) // ends of what was under way
                .build();
    }

    private Behavior<OpenFileMessage> giveUp(Fetched fetched) {
        parts.fetches().giveUp(fetched);
        return Behaviors.same();
    }

    private BehaviorBuilder<OpenFileMessage> builder() {
        return Behaviors.receive(OpenFileMessage.class).onSignal(PostStop.class, signal -> {
            if (finishing) {
                parts.close(); // before the volume is closed, which waits for this actor's end
            } else {
                environment.io().execute(parts::close);
            }
            return Behaviors.same();
        });
    }

    // -- events

    private Behavior<OpenFileMessage> onOpened(FileDisk.Opened opened) {
        Standing standing = opened.standing();
        FileMachine machine = parts.machine(confirmed, standing);
        requests.opened(machine);
        early.handOn(parts.mail(machine)::on);
        if (finishing) {
            return finish(machine);
        }
        if (repairWanted) {
            parts.repair().begin(machine.committed().id());
        }
        Behavior<OpenFileMessage> next = proceed(machine); // what came early may have told of another history (I18)
        return requests.divergence().isEmpty() ? serving(machine) : next;
    }

    private Behavior<OpenFileMessage> finish(FileMachine machine) {
        requests.finish();
        parts.reads().whenNone(() -> context.getSelf().tell(Tick.READS_ENDED));
        proceed(machine);
        return requests.isDone() ? Behaviors.stopped() : finishing(machine);
    }

    private Behavior<OpenFileMessage> goOnUnlessPoisoned(FileMachine machine, Throwable error) {
        return error instanceof PoisonedException ? onFailure("staging", error) : proceed(machine);
    }

    /** Damage that goes further than bytes, and a disk that fails, end the actor; all else is tried at another host. */
    private Behavior<OpenFileMessage> onRepairStep(FileMachine machine, FileRepair.Step step) {
        if (step instanceof FileRepair.NotStored failed
                && (failed.error() instanceof PoisonedException || failed.error() instanceof AmnesiacException)) {
            return onFailure("repairing", failed.error());
        }
        parts.repair().on(step, machine.committed().id());
        return Behaviors.same();
    }

    /** After each message: the next batch, the next look, the next state. */
    private Behavior<OpenFileMessage> proceed(FileMachine machine) {
        if (!requests.divergence().isEmpty()) {
            return onDivergence(requests.divergence());
        }
        requests.proposeNext();
        parts.mending().proceed(machine);
        FileServerSettings settings = environment.settings();
        if (requests.changesWaitForOthers()) {
            startTimerOnce(Tick.GAP_CHECK, settings.gapTimeout());
        }
        startTimerOnce(Tick.WORK_CHECK, settings.resendInterval());
        return finishing && requests.isDone() ? Behaviors.stopped() : Behaviors.same();
    }

    private Behavior<OpenFileMessage> onTick(Tick tick, FileMachine machine) {
        FileServerSettings settings = environment.settings();
        if (tick == Tick.WORK_CHECK) {
            return workCheck(machine);
        } else if (tick == Tick.STAGE_CHECK) {
            if (parts.dropIdle(settings.stageIdleTimeout())) {
                startTimerOnce(Tick.STAGE_CHECK, settings.stageIdleTimeout());
            }
        } else if (tick == Tick.IDLE_CHECK) {
            if (!used && parts.isIdle(machine)) {
                environment.server().tell(new FileServerMessage.Passivate(name));
            }
            used = false;
        }
        return tick == Tick.IDLE_CHECK ? Behaviors.same() : proceed(machine);
    }

    /** Says again what may be lost; goes on while somebody waits, and a few times more for replicas that are behind. */
    private Behavior<OpenFileMessage> workCheck(FileMachine machine) {
        FileServerSettings settings = environment.settings();
        boolean busy = parts.isBusy();
        quietResends = busy ? 0 : quietResends + 1;
        machine.resend();
        parts.mail(machine).fetchLate(settings.resendInterval());
        requests.tick();
        Behavior<OpenFileMessage> next = proceed(machine);
        if (!busy && (quietResends > settings.quietResends() || !machine.someBehind())) {
            timers.cancel(Tick.WORK_CHECK);
        }
        return next;
    }

    private void startTimerOnce(Tick tick, Duration delay) {
        if (!timers.isTimerActive(tick)) {
            timers.startSingleTimer(tick, tick, delay);
        }
    }

    // -- leaving

    private Behavior<OpenFileMessage> stay() {
        environment.server().tell(new FileServerMessage.StayOpen(name));
        return Behaviors.same();
    }

    /**
     * What the file's state is has to be read again from the disk, by another actor: this one asks to leave. Or the disk
     * has failed, and the node leaves.
     */
    private Behavior<OpenFileMessage> onFailure(String doing, Throwable error) {
        Failure failure = StoreFailures.of(error, environment.self(), name);
        String what = doing + " " + name + ": " + StoreFailures.detail(error);
        if (error instanceof PoisonedException) {
            environment.server().tell(new FileServerMessage.VolumePoisoned(StoreFailures.detail(error)));
            return failed(failure, failure);
        }
        if (error instanceof AmnesiacException) {
            environment.slots().tell(new SlotsMessage.RecordLost(name));
        }
        environment.server().tell(new FileServerMessage.Trouble(what));
        environment.server().tell(new FileServerMessage.Passivate(name));
        return failed(
                failure,
                StoreFailures.isDamage(error)
                        ? failure
                        : new Failure.Busy("the file " + name + ", closed after a failure", 0));
    }

    private Behavior<OpenFileMessage> reopen() {
        return failed(
                new Failure.StorageFailed(environment.self(), "the record of " + name + " was replaced"),
                new Failure.Busy("the file " + name + ", opened anew", 0));
    }

    /** I18: the file stops, until somebody has looked at it. */
    private Behavior<OpenFileMessage> onDivergence(String what) {
        environment.server().tell(new FileServerMessage.Diverged(name, what));
        environment.server().tell(new FileServerMessage.Passivate(name));
        Failure stopped = new Failure.Diverged(environment.self(), name);
        return failed(stopped, stopped);
    }
}
