package org.dfile.node;

import ch.qos.logback.classic.LoggerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.dfile.model.Version;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process of one host: {@code java -cp 'lib/*' org.dfile.node.NodeMain SETTINGS_FILE}. */
public final class NodeMain {

    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

    /** For the actor system to go, after the volume was closed or given up. */
    private static final Duration SYSTEM_TIMEOUT = Duration.ofSeconds(10);

    private static final String HELP = """
            Usage: java -cp 'lib/*' org.dfile.node.NodeMain SETTINGS_FILE
            Runs one DFile node until it is stopped: by dfile down, SIGTERM or SIGINT.

              --help      shows this
              --version   shows the version

            The settings file is HOCON; conf/node.conf shows its keys. The log goes to standard output.
            Advisable options of java: -Xmx256m -XX:MaxDirectMemorySize=128m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError

            Exit codes:
            """;

    private NodeMain() {}

    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("--help")) {
            System.out.print(help());
        } else if (args.length == 1 && args[0].equals("--version")) {
            System.out.println("DFile " + Version.TEXT);
        } else if (args.length == 1 && !args[0].startsWith("-")) {
            exit(run(Path.of(args[0])));
        } else {
            System.err.print(help());
            exit(ExitCode.SETTINGS_REFUSED);
        }
    }

    private static String help() {
        return Arrays.stream(ExitCode.values())
                .map(code -> "  " + code.number() + "  " + code.meaning() + "\n")
                .collect(Collectors.joining("", HELP, ""));
    }

    private static ExitCode run(Path settingsFile) {
        try {
            NodeSettings settings = NodeSettings.read(settingsFile);
            Node node = Node.start(settings);
            Thread onSignal = new Thread(() -> leaveAndHalt(node, settings.shutdownTimeout()), "dfile-leave");
            Runtime.getRuntime().addShutdownHook(onSignal);
            System.out.println(node.readyLine());
            ExitCode code = node.whenStopped().toCompletableFuture().join();
            if (code != ExitCode.STOPPED) {
                System.err.println("dfile node: " + code.meaning());
            }
            return code;
        } catch (NodeException e) {
            System.err.println("dfile node: " + e.getMessage());
            LOG.debug("not started", e);
            return e.exitCode();
        } catch (RuntimeException | Error e) { // whatever it is, this process must not stay half alive
            System.err.println("dfile node: unexpected failure, see the log: " + e);
            LOG.error("unexpected failure", e);
            return ExitCode.UNEXPECTED;
        }
    }

    /**
     * Runs when the process is told to end, by a signal or by {@link #exit} after the node has gone. Halts, because a
     * process that ends by a signal would say so with another exit code.
     */
    private static void leaveAndHalt(Node node, Duration shutdownTimeout) {
        Duration limit = shutdownTimeout.plus(SYSTEM_TIMEOUT);
        try {
            halt(node.stop().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            System.err.println("dfile node: not stopped within " + limit.toSeconds() + " s");
        } catch (InterruptedException | ExecutionException e) {
            System.err.println("dfile node: stopping failed: " + e);
        }
        halt(ExitCode.UNEXPECTED);
    }

    private static void exit(ExitCode code) {
        flushLog();
        System.exit(code.number());
    }

    private static void halt(ExitCode code) {
        flushLog();
        System.out.flush();
        Runtime.getRuntime().halt(code.number());
    }

    private static void flushLog() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
