package org.dfile.cluster.thrash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Short commands of the operating system. */
final class Commands {

    private static final int LONGEST_SECONDS = 30;

    private Commands() {}

    /** Runs a command that must succeed. */
    static void run(String... command) {
        String error = error(command);
        assertThat(error).as(Arrays.toString(command)).isEmpty();
    }

    static boolean succeed(String... command) {
        return error(command).isEmpty();
    }

    /** Returns what the command says when it fails, else nothing. */
    private static String error(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "does not end; " + output;
            }
            return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + "; " + output;
        } catch (IOException e) {
            return "no such command: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
