package org.dfile.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.dfile.manager.console.ExitCodes;
import org.junit.jupiter.api.Test;

final class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void run_help_printsUsageAndExitCodes() {
        assertThat(run("--help")).isEqualTo(ExitCodes.OK);
        assertThat(text(out)).contains("Usage: dfile", "--config=FILE", "Exit codes:");
    }

    @Test
    void run_version_printsVersionOfThisBuild() {
        assertThat(run("--version")).isEqualTo(ExitCodes.OK);
        assertThat(text(out)).startsWith("DFile 0.").contains("Java ");
    }

    @Test
    void run_noCommand_isUsageErrorOnErr() {
        assertThat(run()).isEqualTo(ExitCodes.USAGE);
        assertThat(text(err)).contains("a command is missing", "Usage: dfile");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void run_unknownCommand_isUsageError() {
        assertThat(run("fly")).isEqualTo(ExitCodes.USAGE);
        assertThat(text(err)).contains("fly");
    }

    private int run(String... args) {
        return Main.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
