package org.dfile.manager.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a command: environment variables, folders and streams. Commands look at nothing else of the process, so
 * tests give them folders of their own.
 *
 * @param home the user's home folder, with {@code .ssh} and {@code .dfile}
 * @param workingDirectory what relative paths on the command line are relative to
 * @param inIsTerminal whether somebody can be asked
 * @param outIsTerminal whether {@code out} shows live lines, bars and colours
 * @param errIsTerminal the same for {@code err}
 */
public record Shell(
        Map<String, String> environment,
        Path home,
        Path workingDirectory,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal) {

    public Shell {
        environment = Map.copyOf(environment);
    }

    /** The shell that this process was started from. */
    public static Shell ofProcess() {
        return new Shell(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                Path.of("").toAbsolutePath(),
                System.in,
                System.out,
                System.err,
                isTerminal(0),
                isTerminal(1),
                isTerminal(2));
    }

    /** This shell with other streams, neither of which is a terminal. */
    public Shell withStreams(PrintStream newOut, PrintStream newErr) {
        return new Shell(environment, home, workingDirectory, in, newOut, newErr, false, false, false);
    }

    /** A variable of the environment, absent if it is not set or empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code path} as this shell's user means it. */
    public Path resolve(Path path) {
        return workingDirectory.resolve(path).normalize();
    }

    /** Whether {@code out} takes colours: it is a terminal, and NO_COLOR is not set. */
    public boolean colours() {
        return outIsTerminal && variable("NO_COLOR").isEmpty();
    }

    /** {@code System.console()} needs input and output to be terminals; here each stream counts by itself. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false; // no /proc on this system: plain lines are always right
        }
    }
}
