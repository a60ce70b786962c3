package org.dfile.actors.slots;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.actors.FileServerMessage;
import org.dfile.model.HostId;
import org.dfile.model.Slot;
import org.dfile.protocol.NodeRequest;
import org.dfile.protocol.NodeState;
import org.dfile.protocol.ReplicationReport;
import org.dfile.protocol.SlotRequest;
import org.dfile.protocol.peer.SlotPeerMessage;
import org.dfile.protocol.peer.SlotPeerMessage.Group;
import org.dfile.protocol.peer.SlotPeerMessage.Heartbeat;
import org.dfile.protocol.peer.SlotPeerMessage.SlotMail;
import org.dfile.store.StoreException;
import org.dfile.store.VolumeUsage;
import org.jspecify.annotations.Nullable;

/**
 * All slots of one host: promises to others, leads where it should, says that it lives, and publishes who leads what.
 *
 * <pre>
 *   waiting --Begin--> running --Leave--> leaving --nothing under way at the volume--> left (answers Leave)
 *                         \--the volume is poisoned--> failed (says nothing any more, I12)
 * </pre>
 *
 * <p>Messages between hosts may be lost: a tick says again what was not answered. What is said to one host in a turn of the
 * mailbox travels together.
 */
public final class SlotsActor extends AbstractBehavior<SlotRequest> implements SlotCores.Listener, SlotCare.Listener {

    /** Ticks that may be missing before the host takes a silence of others for its own. */
    private static final int MISSED_TICKS = 10;

    /** What the actor tells itself. */
    private enum Moment implements SlotsMessage {
        TICK,
        BEAT,
        ROOM_CHECK,
        ROUNDS_CHECK,
        END_OF_TURN
    }

    private enum Phase {
        WAITING,
        RUNNING,
        LEAVING,
        LEFT,
        FAILED
    }

    private final SlotsNode node;
    private final SlotsSettings settings;
    private final Turns turns;
    private final TimerScheduler<SlotRequest> timers;
    private final SlotDisk disk;
    private final Rounds rounds;
    private final SlotCores cores;
    private final List<KeptSlot> kept;
    private final Peers peers;
    private final Leadership leadership;
    private final SlotCare care;
    private final List<ActorRef<SlotsMessage.Left>> leavers = new ArrayList<>();
    private @Nullable ActorRef<NodeRequest> files;
    private Phase phase = Phase.WAITING;
    private boolean flushing;
    private long lastTick;

    private SlotsActor(
            ActorContext<SlotRequest> context,
            TimerScheduler<SlotRequest> timers,
            SlotsSettings settings,
            SlotsNode node,
            PublishedRoles roles) {
        super(context);
        this.node = node;
        this.settings = settings;
        this.timers = timers;
        this.disk = new SlotDisk(context, node.io(), this::poisoned);
        Outbox outbox = new Outbox(node);
        this.rounds = new Rounds(outbox::add, settings.askOthersAfter(), System::nanoTime);
        this.cores = new SlotCores(node, disk, outbox, rounds, this);
        this.kept = cores.all();
        LongSupplier clock = SlotsActor::millis;
        RandomGenerator random = RandomGenerator.getDefault();
        this.peers = new Peers(settings.heartbeats(), node.others(), clock);
        this.leadership = new Leadership(settings, peers, clock, random);
        this.turns = new Turns(node, cores, leadership, roles, outbox, this::tellFiles, this::report, clock);
        this.care = new SlotCare(context, node, settings, cores, disk, outbox, peers, this, clock, random);
    }

    private static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /**
     * Returns the behaviour of the slots of a host. It does nothing before {@link SlotsMessage.Begin}.
     *
     * @param roles where the actor publishes what the host is for its slots
     */
    public static Behavior<SlotRequest> create(SlotsSettings settings, SlotsNode node, PublishedRoles roles) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new SlotsActor(context, timers, settings, node, roles)));
    }

    @Override
    public Receive<SlotRequest> createReceive() {
        return newReceiveBuilder()
                .onMessage(SlotPeerMessage.class, this::onPeer)
                .onMessage(SlotsMessage.Confirm.class, confirm -> run(() -> cores.confirm(confirm)))
                .onMessage(SlotDisk.Done.class, this::onDone)
                .onMessage(Moment.class, this::onMoment)
                .onMessage(SlotsMessage.HeardOf.class, heard -> run(() -> cores.heardOf(heard.slot(), heard.ballot())))
                .onMessage(SlotsMessage.PrepareAgain.class, again -> run(() -> cores.prepareAgain(again)))
                .onMessage(Fetches.Ended.class, ended -> run(ended.then()))
                .onMessage(SlotsMessage.RecordLost.class, lost -> run(() -> care.recordLost(lost.name())))
                .onMessage(SlotsMessage.Reopened.class, reopened -> run(() -> care.reopened(reopened)))
                .onMessage(SlotsMessage.Mended.class, mended -> run(() -> care.mended(mended)))
                .onMessage(SlotsMessage.AcceptLoss.class, accept -> run(() -> care.acceptLoss(accept)))
                .onMessage(SlotsMessage.Begin.class, this::onBegin)
                .onMessage(SlotsMessage.Leave.class, this::onLeave)
                .build();
    }

    // -- one turn

    /** Does something while the host serves; what follows from it leaves at the end of the mailbox's turn. */
    private Behavior<SlotRequest> run(Runnable action) {
        if (phase == Phase.RUNNING) {
            action.run();
            cores.flushPromises();
            flushSoon();
        }
        return this;
    }

    private void flushSoon() {
        if (!flushing && !turns.isEmpty()) {
            flushing = true;
            getContext().getSelf().tell(Moment.END_OF_TURN);
        }
    }

    private Behavior<SlotRequest> onMoment(Moment moment) {
        return switch (moment) {
            case TICK -> run(this::tick);
            case BEAT -> run(this::beat);
            case ROOM_CHECK -> run(this::checkRoom);
            case ROUNDS_CHECK -> run(this::askOthers);
            case END_OF_TURN -> endTurn();
        };
    }

    private Behavior<SlotRequest> endTurn() {
        flushing = false;
        if (phase == Phase.RUNNING) {
            turns.tell(state());
            watchRounds();
        }
        return this;
    }

    private void watchRounds() {
        if (!timers.isTimerActive(Moment.ROUNDS_CHECK)) {
            rounds.timeLeft().ifPresent(left -> timers.startSingleTimer(Moment.ROUNDS_CHECK, left));
        }
    }

    // -- life

    private Behavior<SlotRequest> onBegin(SlotsMessage.Begin begin) {
        if (phase == Phase.WAITING) {
            files = begin.files();
            phase = Phase.RUNNING;
            lastTick = millis();
            care.begin();
            timers.startTimerWithFixedDelay(Moment.TICK, settings.tick());
            timers.startTimerWithFixedDelay(Moment.BEAT, settings.heartbeats().interval());
            timers.startTimerWithFixedDelay(
                    Moment.ROOM_CHECK, settings.leading().roomCheck());
            run(() -> {
                beat();
                tick();
            });
        }
        return this;
    }

    private void tick() {
        long now = millis();
        if (now - lastTick > MISSED_TICKS * settings.tick().toMillis()) {
            peers.forgive(); // stopped, or starved
        }
        lastTick = now;
        turns.publish(peers.look());
        for (KeptSlot slot : kept) {
            if (leadership.shouldResign(slot)) {
                cores.resign(slot);
            }
        }
        List<KeptSlot> due = leadership.due(kept);
        if (!due.isEmpty()) {
            due.forEach(leadership::attempted);
            cores.lead(due);
        }
        cores.resend();
        rounds.askAll();
        care.tick();
    }

    private void askOthers() {
        rounds.askOthers();
        watchRounds(); // what began since this was set may become due
    }

    private void beat() {
        turns.beat(state());
    }

    private ReplicationReport report() {
        return care.report();
    }

    private NodeState state() {
        return switch (phase) {
            case WAITING, RUNNING -> NodeState.READY;
            case LEAVING, LEFT -> NodeState.STOPPING;
            case FAILED -> NodeState.FAILED;
        };
    }

    private void checkRoom() {
        disk.call(() -> node.store().usage(), this::onUsage, error -> trouble("looking for room: " + error));
    }

    private void onUsage(VolumeUsage usage) {
        if (usage.full() != leadership.isFull()) {
            leadership.full(usage.full());
            turns.beatSoon();
        }
    }

    // -- other hosts

    private Behavior<SlotRequest> onPeer(SlotPeerMessage message) {
        if (message.list().equals(node.list())) {
            return run(() -> onOwnPeer(message));
        }
        node.otherList().accept(message.list(), message.from());
        return this;
    }

    private void onOwnPeer(SlotPeerMessage message) {
        if (message instanceof SlotMail mail) {
            onMail(mail);
        } else if (message instanceof Heartbeat heartbeat) {
            onHeartbeat(heartbeat);
        } else {
            try {
                care.on(message);
            } catch (StoreException e) {
                trouble("comparing slots: " + e.getMessage()); // if it is poisoned, whoever writes will notice
            }
        }
    }

    private void onHeartbeat(Heartbeat heartbeat) {
        if (!peers.isKnownLife(heartbeat.from(), heartbeat.life())) {
            node.links().newLife(heartbeat.from());
        }
        boolean away = !peers.isTrusted(heartbeat.from());
        turns.publish(peers.heard(heartbeat));
        if (away && peers.isTrusted(heartbeat.from())) {
            care.hostIsBack();
        }
    }

    private void onMail(SlotMail mail) {
        for (Group group : mail.groups()) {
            for (Slot slot : group.slots()) {
                cores.on(mail.from(), slot, group.message());
                care.on(mail.from(), slot, group.message());
            }
        }
    }

    // -- roles

    @Override
    public void leads(KeptSlot slot) {
        leadership.leads(slot);
        turns.beatSoon();
        turns.publish(slot);
    }

    @Override
    public void deposed(KeptSlot slot, HostId by) {
        leadership.deposed(slot, by);
        turns.beatSoon();
        turns.publish(slot);
    }

    @Override
    public void promised(KeptSlot slot, HostId to) {
        leadership.promised(slot, to);
        turns.publish(slot); // of two hosts that say that they lead, it is the one that was promised to
    }

    @Override
    public void voteChanged(KeptSlot slot) {
        if (!slot.votes) {
            turns.beatSoon(); // of votes that come back, thousands perhaps, the next heartbeat is soon enough
        }
        if (!slot.votes && (slot.core.leads().isPresent() || slot.core.isCandidate())) {
            cores.resign(slot);
        }
        turns.publish(slot);
    }

    // -- the volume

    private Behavior<SlotRequest> onDone(SlotDisk.Done done) {
        if (phase == Phase.RUNNING || phase == Phase.LEAVING) {
            done.then().run();
            cores.flushPromises();
            flushSoon();
            leaveIfDone();
        }
        return this;
    }

    @Override
    public void tellFiles(NodeRequest message) {
        Objects.requireNonNull(files).tell(message);
    }

    @Override
    public void trouble(String detail) {
        tellFiles(new FileServerMessage.Trouble(detail));
    }

    private void poisoned(Throwable poison) {
        if (phase != Phase.FAILED) {
            phase = Phase.FAILED;
            timers.cancelAll();
            kept.forEach(slot -> slot.core.resign());
            turns.publishAll();
            beat();
            tellFiles(new FileServerMessage.VolumePoisoned(String.valueOf(poison.getMessage())));
            tellLeavers();
        }
    }

    // -- leaving

    private Behavior<SlotRequest> onLeave(SlotsMessage.Leave leave) {
        leavers.add(leave.replyTo());
        if (phase == Phase.RUNNING) {
            kept.stream().filter(slot -> slot.core.leads().isPresent()).forEach(cores::resign);
            turns.tell(state());
            phase = Phase.LEAVING;
            timers.cancelAll();
            beat();
        } else if (phase == Phase.WAITING) {
            phase = Phase.LEAVING;
        }
        leaveIfDone();
        return this;
    }

    private void leaveIfDone() {
        if (phase == Phase.LEAVING && disk.isIdle()) {
            phase = Phase.LEFT;
        }
        tellLeavers();
    }

    private void tellLeavers() {
        if (phase == Phase.LEFT || phase == Phase.FAILED) {
            leavers.forEach(leaver -> leaver.tell(new SlotsMessage.Left()));
            leavers.clear();
        }
    }
}
