package org.dfile.store.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.dfile.store.history.FastTempDir;
import org.dfile.store.history.Folders;
import org.dfile.store.history.Seeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel refuses the nth call of a kind (counted for each thread): the process does not go on as if nothing had
 * been (I12), and what it acknowledged is there afterwards.
 */
class DiskFaultTest {

    private static final int ROUNDS = 16;
    private static final int LAST = 12;
    private static final int OF_EACH_IN_NORMAL_BUILD = 2;

    /** Whoever cannot remove a file or take room ahead has lost nothing. */
    private static final Set<String> MUST_STOP = Set.of("fdatasync", "fsync", "pwrite64", "write", "rename");

    private record Fault(String call, String error, int when) {
        String option() {
            return "inject=" + call + ":error=" + error + ":when=" + when;
        }
    }

    @TempDir(factory = FastTempDir.class)
    Path directory;

    private final Map<String, Integer> endings = new TreeMap<>();

    @BeforeEach
    void needsStrace() throws Exception {
        Means.needStrace();
    }

    @Test
    void anyCall_refused_endsTheProcessAndLosesNothingAcknowledged() throws Exception {
        long seed = Seeds.first("disk faults");
        for (Fault fault : faults(new Random(seed))) {
            inject(seed, fault);
        }
        System.out.println(endings);
    }

    private static List<Fault> faults(Random random) {
        List<Fault> faults = new ArrayList<>();
        for (String call : List.of(
                "fdatasync EIO",
                "fdatasync ENOSPC",
                "fsync EIO",
                "fsync ENOSPC",
                "pwrite64 EIO",
                "pwrite64 ENOSPC",
                "write EIO",
                "write ENOSPC",
                "rename EIO",
                "unlink EIO",
                "fallocate ENOSPC")) {
            String[] words = call.split(" ", -1);
            IntStream whens = Seeds.time().isZero()
                    ? random.ints(OF_EACH_IN_NORMAL_BUILD, 1, LAST + 1)
                    : IntStream.rangeClosed(1, LAST);
            whens.forEach(when -> faults.add(new Fault(words[0], words[1], when)));
        }
        return faults;
    }

    private void inject(long seed, Fault fault) throws Exception {
        Path volume = directory.resolve("volume");
        Path trace = directory.resolve("trace");
        List<String> strace = new ArrayList<>(Call.strace(trace));
        strace.addAll(List.of("-e", fault.option()));
        ChildProcess child = ChildProcess.start(
                strace,
                List.of("-XX:-UsePerfData"),
                Workload.arguments(volume, seed, ROUNDS, 0, ROUNDS, Workload.End.CLOSE),
                directory.resolve("out"));
        int exit = child.exitCode();
        boolean hit = hit(trace, volume);
        String what = "seed " + seed + ", " + fault.option() + ", exit " + exit;
        assertThat(child.output()).as(what).doesNotContain(Workload.STILL_ALIVE);
        if (hit && MUST_STOP.contains(fault.call())) {
            assertThat(exit).as("%s: %s", what, child.output()).isNotZero();
        }
        endings.merge(
                fault.call() + " " + fault.error() + (hit ? " -> exit " + exit : " not reached"), 1, Integer::sum);
        check(seed, volume, child, what);
        Folders.delete(volume);
        Files.delete(trace);
    }

    /** Whether a call on the volume was refused; nothing is ever read from RocksDB's info log. */
    private static boolean hit(Path trace, Path volume) throws Exception {
        return Call.read(trace).stream()
                .anyMatch(call -> call.injected() && call.touches(volume + "/") && !call.touches("/db/LOG"));
    }

    private static void check(long seed, Path volume, ChildProcess child, String what) throws Exception {
        try {
            new Recovery(Script.of(seed, ROUNDS), child.output().lines().toList()).check(volume);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(what + ": " + e.getMessage() + "\n" + child.output(), e);
        }
    }
}
