package org.dfile.store.history;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which seeds a test runs. By default a number of them from a fresh start; {@code -Ddfile.seed=N} runs that one alone;
 * {@code -Ddfile.minutes=N} (profile {@code nightly}) runs on until the time is over. The first failure ends the run and
 * names its seed.
 */
public final class Seeds {

    private static final int THREADS = 2;

    private Seeds() {}

    /** A test with one seed. */
    public interface Run {
        void run(long seed) throws Exception;
    }

    /** A run that failed, and how to see it again. */
    public static final class SeedFailure extends AssertionError {
        private final long seed;

        private SeedFailure(long seed, Throwable cause) {
            super("seed " + seed + " failed, replay with -Ddfile.seed=" + seed + ": " + cause.getMessage(), cause);
            this.seed = seed;
        }

        public long seed() {
            return seed;
        }
    }

    /** Returns the seed to begin with: the one to replay, or a fresh one, printed. */
    public static long first(String what) {
        long seed = Long.getLong("dfile.seed", System.nanoTime());
        System.out.println(what + ": replay with -Ddfile.seed=" + seed);
        return seed;
    }

    /** Returns whether one seed alone is to be replayed. */
    public static boolean replay() {
        return Long.getLong("dfile.seed") != null;
    }

    /** Returns for how long a test is to run on, one of the two that share the time; zero in the normal build. */
    public static Duration time() {
        return Duration.ofMinutes(Long.getLong("dfile.minutes", 0)).dividedBy(2);
    }

    /** Runs as many seeds as are asked for, by two threads. */
    public static void all(String what, int normalCount, Run run) throws InterruptedException {
        long end = System.nanoTime() + time().toNanos();
        from(first(what), number -> wanted(number, normalCount, end), run);
    }

    /** Runs the seeds from {@code first} on, at most so many. */
    public static void some(long first, int most, Run run) throws InterruptedException {
        from(first, number -> number < most, run);
    }

    private static void from(long first, LongPredicate wanted, Run run) throws InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicReference<@Nullable SeedFailure> failure = new AtomicReference<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        Runnable work = () -> {
            long number = next.getAndIncrement();
            while (failure.get() == null && wanted.test(number)) {
                one(first + number, run, failure);
                number = next.getAndIncrement();
            }
        };
        Future<?> here = threads.submit(work);
        Future<?> there = threads.submit(work);
        join(here);
        join(there);
        threads.shutdown();
        SeedFailure failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static boolean wanted(long number, int normalCount, long end) {
        return replay() ? number == 0 : number < normalCount || System.nanoTime() < end;
    }

    private static void one(long seed, Run run, AtomicReference<@Nullable SeedFailure> failure) {
        try {
            run.run(seed);
        } catch (Exception | AssertionError e) {
            failure.compareAndSet(null, new SeedFailure(seed, e));
        }
    }

    private static void join(Future<?> work) throws InterruptedException {
        try {
            work.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the seeds ended", e.getCause());
        }
    }
}
