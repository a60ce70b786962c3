package org.dfile.store.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.dfile.store.VolumeRefusedException;
import org.dfile.store.history.Folders;

/**
 * Runs a small script in two traced processes, the first of which is halted, and checks what any crash may leave of it:
 * each moment of the recording, and for each moment the states of {@link CrashPoints}.
 */
final class Enumeration {

    private static final int ROUNDS = 14;
    private static final int ROUNDS_OF_FIRST = 9;
    private static final int THREADS = 2;
    private static final int MOST_WAITING = 8;
    private static final int LONGEST_MINUTES = 5;

    /**
     * What was done.
     *
     * @param refusedStates of the checked ones, those that were refused as damaged though nothing acknowledged is
     */
    record Result(int points, int possibleStates, int checkedStates, int refusedStates) {}

    /** A state that did not hold what was promised. */
    static final class CrashFailure extends AssertionError {
        private final int point;
        private final List<String> promised;

        private CrashFailure(long seed, CrashPoints.State state, Throwable cause) {
            super("seed " + seed + ", " + state + ": " + cause.getMessage(), cause);
            this.point = state.point();
            this.promised = state.promised();
        }

        int point() {
            return point;
        }

        /** What was promised when the crash came. */
        List<String> promised() {
            return promised;
        }
    }

    private final long seed;
    private final Path work;
    private final List<String> strace;
    private final List<String> java;
    private final Script script;
    private final AtomicInteger checked = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Queue<CrashFailure> failures = new ConcurrentLinkedQueue<>();

    /**
     * @param work an empty directory
     * @param strace more options of strace
     * @param java more options of the traced processes
     */
    Enumeration(long seed, Path work, List<String> strace, List<String> java) {
        this.seed = seed;
        this.work = work;
        this.strace = strace;
        this.java = java;
        this.script = Script.of(seed, ROUNDS);
    }

    /** Records and returns what happened. */
    Recording record() throws Exception {
        Path volume = work.resolve("volume");
        Recording recording = new Recording(volume);
        recording.add(trace(volume, "first", 0, ROUNDS_OF_FIRST, Workload.End.HALT));
        recording.add(trace(volume, "second", ROUNDS_OF_FIRST, ROUNDS, Workload.End.CLOSE));
        return recording;
    }

    private List<Call> trace(Path volume, String name, int from, int to, Workload.End end) throws Exception {
        Path trace = work.resolve(name + ".trace");
        List<String> command = new ArrayList<>(Call.strace(trace));
        command.addAll(strace);
        ChildProcess child = ChildProcess.start(
                command, java, Workload.arguments(volume, seed, ROUNDS, from, to, end), work.resolve(name + ".out"));
        int exit = child.exitCode();
        if (exit != 0) {
            throw new AssertionError("the " + name + " process ended with " + exit + ": " + child.output());
        }
        return Call.read(trace);
    }

    /**
     * Checks all states that are wanted, until one fails in a way that is {@code enough}, and returns what was done; what
     * failed is in {@link #failures}.
     */
    Result check(Recording recording, Predicate<CrashPoints.State> wanted, Predicate<CrashFailure> enough)
            throws Exception {
        AtomicInteger possible = new AtomicInteger();
        Set<List<Long>> seen = new HashSet<>();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                new ThreadPoolExecutor.CallerRunsPolicy());
        CrashPoints points = new CrashPoints(new Random(seed), state -> {
            possible.incrementAndGet();
            if (!ended.get()
                    && wanted.test(state)
                    && seen.add(List.of(
                            state.disk().fingerprint(), (long) state.promised().size()))) {
                threads.execute(() -> check(state, enough));
            }
        });
        int count = points.visit(recording.events());
        threads.shutdown();
        if (!threads.awaitTermination(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            throw new AssertionError("a recovery does not end");
        }
        return new Result(count, possible.get(), checked.get(), refused.get());
    }

    /** Returns the states that did not hold what was promised, the earliest crash point first. */
    List<CrashFailure> failures() {
        return failures.stream()
                .sorted(Comparator.comparingInt(CrashFailure::point))
                .toList();
    }

    private void check(CrashPoints.State state, Predicate<CrashFailure> enough) {
        Path folder = work.resolve("state" + checked.incrementAndGet());
        try {
            state.disk().rebuild(folder);
            new Recovery(script, state.promised()).check(folder);
        } catch (VolumeRefusedException e) {
            if (state.mayBeRefused()) {
                refused.incrementAndGet();
            } else {
                add(new CrashFailure(seed, state, e), enough);
            }
        } catch (Exception | AssertionError e) {
            add(new CrashFailure(seed, state, e), enough);
        }
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            add(new CrashFailure(seed, state, e), enough);
        }
    }

    private void add(CrashFailure failure, Predicate<CrashFailure> enough) {
        failures.add(failure);
        if (enough.test(failure)) {
            ended.set(true);
        }
    }

    /** Keeps the traces of a failure, since threads may take another order next time. */
    void keepTraces(Path to) throws IOException {
        Folders.delete(to);
        Files.createDirectories(to);
        for (Path trace : Folders.files(work, ".trace")) {
            Files.copy(trace, to.resolve(trace.getFileName()));
        }
    }
}
