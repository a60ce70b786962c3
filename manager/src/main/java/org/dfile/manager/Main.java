package org.dfile.manager;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.io.PrintWriter;
import org.dfile.manager.cluster.ClusterCommands;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.GlobalOptions;
import org.dfile.manager.console.Shell;
import org.dfile.manager.console.Style;
import org.dfile.manager.files.FileCommands;
import picocli.CommandLine;

/** Entry of the {@code dfile} command. */
public final class Main {

    private static final int HELP_COLUMNS = 100;

    private Main() {}

    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            // Not logback.xml at the root: nodes have this jar on their class path, too.
            System.setProperty("logback.configurationFile", "org/dfile/manager/logback.xml");
        }
        // Else SLF4J tells the user that two threads began to log at the same time.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(args, Shell.ofProcess()));
    }

    /** Runs one command line in this process's environment, but with streams of the caller. Returns the exit code. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Shell.ofProcess().withStreams(out, err));
    }

    /** Runs one command line. Returns the exit code; throws nothing that a command meant for its user. */
    public static int run(String[] args, Shell shell) {
        int exitCode = commandLine(shell).execute(args);
        shell.out().flush();
        shell.err().flush();
        return exitCode;
    }

    private static CommandLine commandLine(Shell shell) {
        GlobalOptions options = new GlobalOptions();
        CommandLine commandLine = new CommandLine(new RootCommand()).addMixin("global", options);
        ClusterCommands.all(shell, options).forEach(commandLine::addSubcommand);
        FileCommands.all(shell, options).forEach(commandLine::addSubcommand);
        return commandLine
                .setOut(new PrintWriter(shell.out(), true, UTF_8))
                .setErr(new PrintWriter(shell.err(), true, UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        shell.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setUsageHelpWidth(HELP_COLUMNS)
                .setExecutionExceptionHandler((error, failed, parsed) -> report(error, shell, options));
    }

    private static int report(Exception error, Shell shell, GlobalOptions options) {
        Style style = new Style(shell.errIsTerminal() && shell.colours());
        boolean expected = error instanceof CommandException;
        shell.err().println(style.bad("dfile: ") + (expected ? error.getMessage() : error.toString()));
        if (options.stackTrace() || !expected) {
            error.printStackTrace(shell.err());
        }
        return expected ? ((CommandException) error).exitCode() : ExitCodes.FAILED;
    }
}
