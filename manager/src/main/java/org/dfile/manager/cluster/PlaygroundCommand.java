package org.dfile.manager.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Shell;
import org.dfile.manager.launch.Distribution;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code dfile playground}. */
@Command(
        name = "playground",
        description = "Starts a throw-away cluster on this machine, stores and reads a file, shows a Java program that"
                + " works against it, and stays until interrupted.")
final class PlaygroundCommand implements Callable<Integer> {

    private static final int MOST_NODES = 16;

    private final Shell shell;

    @Option(names = "-n", paramLabel = "NODES", description = "How many nodes (default: ${DEFAULT-VALUE}).")
    private int nodes = 3;

    @Option(names = "--detach", description = "Leaves the nodes running, and says how to stop them.")
    private boolean detach;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Folder for host list and data; it is kept, and used again the next time. Without it: a temporary"
                            + " one, removed at the end unless --detach is given.")
    private @Nullable Path dir;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Longest wait for the nodes (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds = 60;

    PlaygroundCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1 || nodes > MOST_NODES || timeoutSeconds < 1) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "1 to " + MOST_NODES + " nodes and at least one second, not " + nodes + " and " + timeoutSeconds);
        }
        Distribution distribution = Distribution.require(shell);
        Path folder = dir == null ? Files.createTempDirectory("dfile-playground-") : shell.resolve(dir);
        Playground playground = new Playground(shell, ManagerSettings.load(), distribution, folder);
        return detach ? leave(playground) : stay(playground);
    }

    private int leave(Playground playground) {
        int exitCode = playground.up(nodes, Duration.ofSeconds(timeoutSeconds));
        if (exitCode != ExitCodes.OK) {
            end(playground);
            return exitCode;
        }
        playground.show();
        shell.out().println("stop it: dfile -c " + playground.hostList() + " down");
        return ExitCodes.OK;
    }

    private int stay(Playground playground) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread onInterrupt = new Thread(() -> endOnInterrupt(playground, started, ended), "dfile-playground-end");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            int exitCode = playground.up(nodes, Duration.ofSeconds(timeoutSeconds));
            if (exitCode != ExitCodes.OK) {
                return exitCode;
            }
            playground.show();
            shell.out().println("The nodes run until you press Ctrl-C.");
            shell.out().flush();
        } finally {
            started.countDown(); // also after a failure: then the process ends, and with it the nodes
        }
        ended.await();
        return ExitCodes.OK;
    }

    private void endOnInterrupt(Playground playground, CountDownLatch started, CountDownLatch ended) {
        try {
            // An "up" that is under way has the cluster's lock.
            if (!started.await(timeoutSeconds, TimeUnit.SECONDS)) {
                shell.err()
                        .println("dfile: the nodes are still being started; stop them: dfile -c "
                                + playground.hostList() + " down");
                return;
            }
            shell.out().println();
            end(playground);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CommandException e) {
            shell.err().println("dfile: " + e.getMessage());
        } finally {
            ended.countDown();
        }
    }

    private void end(Playground playground) {
        if (playground.down() == ExitCodes.OK && dir == null) {
            playground.remove();
        }
    }
}
