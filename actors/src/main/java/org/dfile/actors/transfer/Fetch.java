package org.dfile.actors.transfer;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.dfile.actors.memory.MemoryLimit;
import org.dfile.model.Ballot;
import org.dfile.model.Batch;
import org.dfile.model.Bytes;
import org.dfile.model.FileState;
import org.dfile.model.replica.Committed;
import org.dfile.model.replica.StateId;
import org.dfile.protocol.DecodeException;
import org.dfile.protocol.peer.BatchCodec;
import org.dfile.protocol.peer.FilePeerMessage.OpenTransfer;
import org.dfile.protocol.peer.StateCodec;
import org.dfile.protocol.peer.TransferReply;
import org.slf4j.Logger;

/**
 * Fetches one state or batch from another host, and says once how that ended. Stopped before, it gives back what it has.
 *
 * <pre>
 *   opening --Opened--> reading the head --all of it--> reading the content --all of it--> (told, stopped)
 * </pre>
 *
 * <p>A bounded number of ranges is under way; what does not arrive in time is asked for again, a bounded number of times.
 * It takes no more memory than these ranges, which all fetches share a limit for, and the head.
 */
public final class Fetch {

    /**
     * Names begin with it: the transport has a connection of its own for what goes to such children of the slots and of
     * open files, see {@code large-message-destinations}. Elsewhere ranges of full length are lost.
     */
    private static final String NAME_PREFIX = "fetch-";

    /** What a source that has it not yet is given, as part of the time for an answer. */
    private static final int PARTS_OF_TIMEOUT = 10;

    /** Where other fetches have all the memory that there is for them, this one looks again after this long. */
    private static final Duration MEMORY_WAIT = Duration.ofMillis(20);

    private enum Tick {
        INSTANCE
    }

    private enum Reopen {
        INSTANCE
    }

    private record Ask(RangeWindow.Range range) {}

    private enum Kept {
        INSTANCE
    }

    private record NotKept(Throwable error) {}

    private final ActorContext<Object> context;
    private final TimerScheduler<Object> timers;
    private final FetchEnvironment environment;
    private final TransferSettings settings;
    private final Wanted wanted;
    private final Pace pace;
    private final Consumer<? super Fetched> told;
    private final SourceLine source;
    private final Keeper keeper;
    private final MemoryLimit.Account memory;
    private int opens;

    private Fetch(
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            FetchEnvironment environment,
            Wanted wanted,
            Pace pace,
            Consumer<? super Fetched> told) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.settings = environment.settings();
        this.wanted = wanted;
        this.pace = pace;
        this.told = told;
        this.memory = environment.memory().open();
        this.source = new SourceLine(environment, wanted, context.getSelf().narrow());
        Logger log = context.getSystem().log();
        this.keeper = new Keeper(
                environment.io(),
                error -> log.warn("what was fetched of {} could not be given back: {}", wanted.name(), error));
    }

    /**
     * Begins to fetch, in a child of the caller's actor; stop it to end that. The caller is the actor of the slots or of an
     * open file: the transport loses ranges of full length that go elsewhere.
     *
     * @param told how it ended, once, unless it is stopped; by a thread that must not be held up
     */
    public static ActorRef<Void> spawn(
            ActorContext<?> context,
            FetchEnvironment environment,
            Wanted wanted,
            Pace pace,
            Consumer<? super Fetched> told) {
        return context.spawn(create(environment, wanted, pace, told), NAME_PREFIX + UUID.randomUUID())
                .narrow();
    }

    private static Behavior<Object> create(
            FetchEnvironment environment, Wanted wanted, Pace pace, Consumer<? super Fetched> told) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Fetch(context, timers, environment, wanted, pace, told).start()));
    }

    private Behavior<Object> start() {
        timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.answerTimeout());
        open();
        return opening();
    }

    // -- states

    private Behavior<Object> opening() {
        return state(builder -> builder.onMessage(TransferReply.Opened.class, this::onOpened)
                .onMessage(TransferReply.NotHeld.class, this::onNotHeldYet)
                .onMessage(Reopen.class, reopen -> openAgain())
                .onMessage(Tick.class, tick -> openAgain()));
    }

    private Behavior<Object> readingHead(Committed committed, Head head) {
        return state(
                builder -> builder.onMessage(TransferReply.Range.class, range -> onHeadRange(committed, head, range))
                        .onMessage(TransferReply.NotHeld.class, this::onNotHeld)
                        .onMessage(Tick.class, tick -> askAgain(head.window())));
    }

    private Behavior<Object> readingContent(Sink to, RangeWindow window) {
        return state(builder -> builder.onMessage(TransferReply.Range.class, range -> onRange(to, window, range))
                .onMessage(TransferReply.NotHeld.class, this::onNotHeld)
                .onMessage(Ask.class, ask -> onAsk(window, ask))
                .onMessage(Kept.class, kept -> onKept(to, window))
                .onMessage(NotKept.class, this::onNotKept)
                .onMessage(Tick.class, tick -> askAgain(window)));
    }

    /** What comes late, or twice, is left aside. */
    private Behavior<Object> state(UnaryOperator<BehaviorBuilder<Object>> handlers) {
        return handlers.apply(Behaviors.receive(Object.class))
                .onAnyMessage(other -> Behaviors.same())
                .onSignal(PostStop.class, stopped -> {
                    source.close();
                    keeper.giveUp();
                    memory.close();
                    return Behaviors.same();
                })
                .build();
    }

    // -- opening

    private void open() {
        opens++;
        source.open();
    }

    private Behavior<Object> openAgain() {
        if (opens >= settings.attempts()) {
            return fail("no answer from host " + wanted.from());
        }
        open();
        return Behaviors.same();
    }

    /** The source may be about to have it: what it says to others runs ahead of its disk. */
    private Behavior<Object> onNotHeldYet(TransferReply.NotHeld notHeld) {
        if (opens >= settings.attempts()) {
            return onNotHeld(notHeld);
        }
        timers.startSingleTimer(
                Reopen.INSTANCE, settings.answerTimeout().multipliedBy(opens).dividedBy(PARTS_OF_TIMEOUT));
        return Behaviors.same();
    }

    private Behavior<Object> onOpened(TransferReply.Opened opened) {
        timers.cancel(Reopen.INSTANCE);
        Committed committed = opened.committed();
        boolean fits = wanted.kind() == OpenTransfer.Kind.STATE
                ? !wanted.id().isAbove(committed.id())
                : wanted.id().equals(committed.id());
        if (!fits || committed.ballot().isEmpty()) {
            return fail("host " + wanted.from() + " has " + committed + " in place of " + wanted.id());
        }
        if (wanted.head().isPresent()) {
            return becomeReadingBatch(committed, wanted.head().get());
        }
        Head head = new Head(opened.headBytes(), settings);
        source.readOn(head.window());
        return readingHead(committed, head);
    }

    // -- the head

    private Behavior<Object> onHeadRange(Committed committed, Head head, TransferReply.Range range) {
        if (!head.window().arrived(range.part(), range.offset(), range.bytes())) {
            return otherLength(range);
        }
        head.take();
        source.readOn(head.window());
        return head.window().isDone() ? onHead(committed, head.encoded()) : Behaviors.same();
    }

    private Behavior<Object> onHead(Committed committed, Bytes encoded) {
        try {
            return wanted.kind() == OpenTransfer.Kind.STATE
                    ? becomeReadingState(committed, StateCodec.decode(encoded))
                    : becomeReadingBatch(committed, BatchCodec.decode(encoded));
        } catch (DecodeException e) {
            return fail("host " + wanted.from() + " sent no head: " + e.getMessage());
        }
    }

    // -- the content

    private Behavior<Object> becomeReadingState(Committed committed, FileState state) {
        if (!new StateId(state.version(), state.hash()).equals(committed.id())) {
            return fail("host " + wanted.from() + " sent another state than " + committed.id());
        }
        Ballot known = committed.ballot().orElseThrow();
        return becomeReading(new StateSink(
                committed, state, environment.store().receive(wanted.name(), state, known), settings.rangeBytes()));
    }

    private Behavior<Object> becomeReadingBatch(Committed made, Batch batch) {
        if (!new StateId(batch.version(), batch.hash()).equals(made.id())) {
            return fail("host " + wanted.from() + " sent another batch than " + made.id());
        }
        Ballot ballot = made.ballot().orElseThrow();
        return becomeReading(new BatchSink(environment.store(), made.id(), ballot, batch, wanted.known()));
    }

    private Behavior<Object> becomeReading(Sink to) {
        keeper.begin(to);
        RangeWindow window = new RangeWindow(to.plan(), settings.window());
        return goOn(to, window, readingContent(to, window));
    }

    /** Asks for what there is room for, keeps what is first, and ends when all is kept. */
    private Behavior<Object> goOn(Sink to, RangeWindow window, Behavior<Object> next) {
        if (window.isDone()) {
            keeper.handOver();
            return end(to.result());
        }
        askContent(window);
        keepFirst(to, window);
        return next;
    }

    private void askContent(RangeWindow window) {
        for (Optional<RangeWindow.Range> range = window.ask(System.nanoTime());
                range.isPresent();
                range = window.ask(System.nanoTime())) {
            long waitNanos = pace.nanosUntil(range.get().byteCount());
            if (waitNanos == 0) {
                ask(window, range.get());
            } else {
                askLater(window, range.get(), waitNanos);
            }
        }
    }

    private void ask(RangeWindow window, RangeWindow.Range range) {
        if (memory.tryAcquire(range.byteCount())) {
            window.asked(range, System.nanoTime());
            source.read(range);
        } else {
            askLater(window, range, MEMORY_WAIT.toNanos());
        }
    }

    private void askLater(RangeWindow window, RangeWindow.Range range, long waitNanos) {
        Ask later = new Ask(range);
        timers.startSingleTimer(later, later, Duration.ofNanos(waitNanos));
        window.asked(range, System.nanoTime() + waitNanos);
    }

    private Behavior<Object> onAsk(RangeWindow window, Ask later) {
        ask(window, later.range());
        return Behaviors.same();
    }

    private Behavior<Object> askAgain(RangeWindow window) {
        long now = System.nanoTime();
        window.overdue(now - settings.answerTimeout().toNanos(), now).forEach(source::read);
        return window.mostAttempts() > settings.attempts()
                ? fail("no answer from host " + wanted.from())
                : Behaviors.same();
    }

    private Behavior<Object> onRange(Sink to, RangeWindow window, TransferReply.Range range) {
        if (!window.arrived(range.part(), range.offset(), range.bytes())) {
            return otherLength(range);
        }
        keepFirst(to, window);
        return Behaviors.same();
    }

    private void keepFirst(Sink to, RangeWindow window) {
        Optional<RangeWindow.Arrived> first = window.first();
        if (first.isPresent() && !keeper.isBusy()) {
            context.pipeToSelf(
                    keeper.keep(to, first.get()), (done, error) -> error == null ? Kept.INSTANCE : new NotKept(error));
        }
    }

    private Behavior<Object> onKept(Sink to, RangeWindow window) {
        keeper.kept();
        window.first().ifPresent(first -> memory.release(first.range().byteCount()));
        window.kept();
        return goOn(to, window, Behaviors.same());
    }

    // -- the end

    private Behavior<Object> onNotHeld(TransferReply.NotHeld notHeld) {
        return fail("host " + wanted.from() + " does not hold it: " + notHeld.why());
    }

    private Behavior<Object> otherLength(TransferReply.Range range) {
        return fail("host " + wanted.from() + " sent " + range.bytes().byteCount() + " bytes of part " + range.part()
                + " at " + range.offset() + ", which is not what was asked for");
    }

    private Behavior<Object> onNotKept(NotKept failed) {
        Throwable error = failed.error() instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failed.error();
        return end(new Fetched.Failed("it could not be stored: " + error.getMessage(), Optional.of(error)));
    }

    private Behavior<Object> fail(String why) {
        return end(new Fetched.Failed(why, Optional.empty()));
    }

    private Behavior<Object> end(Fetched fetched) {
        told.accept(fetched);
        return Behaviors.stopped();
    }
}
