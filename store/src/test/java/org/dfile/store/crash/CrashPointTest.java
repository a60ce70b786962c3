package org.dfile.store.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.dfile.store.Control;
import org.dfile.store.history.FastTempDir;
import org.dfile.store.history.Folders;
import org.dfile.store.history.Seeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a crash leaves, everything acknowledged is there and the rest is whole or absent (I11, I13); and a store that
 * breaks the order on disk is found out.
 */
class CrashPointTest {

    private static final long SEED_OF_CONTROLS = 1;
    /** Of the states that are not plain the normal build looks at one in so many. */
    private static final int ONE_IN_NORMAL_BUILD = 2;

    private static final Path KEPT = Path.of("target", "crash-traces");

    @TempDir(factory = FastTempDir.class)
    Path directory;

    @BeforeEach
    void needsStrace() throws Exception {
        Means.needStrace();
    }

    @Test
    void anyCrash_opened_acknowledgedIsWholeAndTheRestWholeOrAbsent() throws Exception {
        long seed = Seeds.first("crash points");
        long end = System.nanoTime() + Seeds.time().toNanos();
        Totals totals = new Totals();
        try {
            do {
                totals.add(check(seed + totals.runs));
            } while (!Seeds.replay() && System.nanoTime() < end);
        } finally {
            System.out.println("crash points: " + totals);
        }
    }

    /** What all runs without a failure did together. */
    private static final class Totals {
        private int runs;
        private long points;
        private long possible;
        private long checked;
        private long refused;

        void add(Enumeration.Result result) {
            runs++;
            points += result.points();
            possible += result.possibleStates();
            checked += result.checkedStates();
            refused += result.refusedStates();
        }

        @Override
        public String toString() {
            return runs + " runs, " + points + " crash points, " + possible + " states possible, " + checked
                    + " different ones rebuilt and checked, " + refused + " of them refused without need";
        }
    }

    private Enumeration.Result check(long seed) throws Exception {
        Path work = Files.createDirectory(directory.resolve(Long.toString(seed)));
        Enumeration enumeration = new Enumeration(seed, work, List.of(), List.of());
        Random sample = new Random(seed);
        boolean all = !Seeds.time().isZero();
        Enumeration.Result result = enumeration.check(
                enumeration.record(),
                state -> all || state.plain() || sample.nextInt(ONE_IN_NORMAL_BUILD) == 0,
                failure -> true);
        List<Enumeration.CrashFailure> failures = enumeration.failures();
        if (!failures.isEmpty()) {
            enumeration.keepTraces(KEPT);
            throw failures.get(0);
        }
        Folders.delete(work);
        assertThat(result.points()).isGreaterThan(100);
        assertThat(result.checkedStates()).isGreaterThan(100);
        return result;
    }

    @Test
    void control_answerBeforeTheSync_acknowledgedChangesAreMissed() throws Exception {
        assertNoticed(
                List.of(), List.of("-D" + Control.PROPERTY + "=" + Control.ANSWER_BEFORE_SYNC), "ACK", "[state of f");
    }

    @Test
    void control_syncOfContentsIsALie_acknowledgedVolumeCannotBeOpened() throws Exception {
        assertNoticed(List.of("-e", "inject=fdatasync:retval=0"), List.of(), "FORMATTED", "cannot be opened");
    }

    @Test
    void control_syncOfNamesIsALie_acknowledgedVolumeIsMissed() throws Exception {
        assertNoticed(List.of("-e", "inject=fsync:retval=0"), List.of(), "FORMATTED", "is empty, but should hold");
    }

    /** Asserts that a state is found wrong by a check, after such a line was said. */
    private void assertNoticed(List<String> strace, List<String> java, String promise, String check) throws Exception {
        Enumeration enumeration = new Enumeration(SEED_OF_CONTROLS, directory, strace, java);
        Predicate<Enumeration.CrashFailure> noticed =
                failure -> failure.promised().stream().anyMatch(line -> line.startsWith(promise))
                        && String.valueOf(failure.getMessage()).contains(check);
        Enumeration.Result result = enumeration.check(
                enumeration.record(),
                state -> state.promised().stream().anyMatch(line -> line.startsWith(promise)),
                noticed);
        assertThat(enumeration.failures()).as("states that fail by '%s'", check).anyMatch(noticed);
        String first = enumeration.failures().stream()
                .filter(noticed)
                .map(failure -> String.valueOf(failure.getMessage()))
                .findFirst()
                .orElseThrow();
        System.out.println("noticed at state " + result.checkedStates() + ": " + first);
    }
}
