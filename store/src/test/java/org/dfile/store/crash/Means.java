package org.dfile.store.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a machine must have for a test. Where it is missing the test says what is not covered, and why. */
final class Means {

    private static final int LONGEST_SECONDS = 30;

    private Means() {}

    static void needStrace() throws InterruptedException {
        need(
                succeeds("strace", "--seccomp-bpf", "-f", "-o", "/dev/null", "true"),
                "strace is not installed, or may not trace");
    }

    static void need(boolean there, String reason) {
        if (!there) {
            System.out.println("NOT COVERED: " + reason);
        }
        assumeTrue(there, "NOT COVERED: " + reason);
    }

    static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such command
        }
    }
}
