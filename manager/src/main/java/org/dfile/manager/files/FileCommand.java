package org.dfile.manager.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Interruption;
import org.dfile.manager.console.Shell;
import org.dfile.model.Failure;
import org.dfile.model.FileName;
import org.dfile.model.FileStatus;
import org.dfile.model.HostAddress;
import org.dfile.model.InvalidFileNameException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What the commands on files have in common: one client, which lives as long as the command; its failures as one line;
 * Ctrl-C as an end in good order.
 */
abstract class FileCommand implements Callable<Integer> {

    /** How long connecting may take before a look whether anything listens at all. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    final Shell shell;
    final ClusterAccess cluster;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Quantities.TimeConverter.class,
            description = "How long to try each request, and to connect: \"500 ms\", \"30s\", \"2 min\".")
    private @Nullable Duration timeout;

    FileCommand(Shell shell, ClusterAccess cluster) {
        this.shell = shell;
        this.cluster = cluster;
    }

    /** Reading them takes a while, so that a command that only shows its help does not. */
    static FileSettings settings() {
        return FileSettings.load();
    }

    /** Does the work and returns the exit code; an {@link InterruptedException} means Ctrl-C. */
    abstract int run(DFileSystem files) throws InterruptedException;

    /** Refuses a wrong command line, before anything is started. */
    void check() {}

    /** What Ctrl-C left, as the end of the message about it. */
    String untilThen() {
        return "";
    }

    /** Removes what is left behind, after the client is closed; runs however the command ends. */
    void cleanUp() {}

    @Override
    public Integer call() {
        check();
        Interruption interruption = Interruption.watch();
        try {
            return runWatched();
        } finally {
            interruption.end();
        }
    }

    private int runWatched() {
        try (DFileSystem files = connect()) {
            return run(files);
        } catch (InterruptedException e) {
            shell.err().println("dfile: interrupted" + untilThen());
            return Interruption.EXIT_CODE;
        } finally {
            cleanUp();
        }
    }

    private DFileSystem connect() throws InterruptedException {
        List<HostAddress> contacts = cluster.contacts();
        ClientSettings.Builder builder = ClientSettings.builder().contacts(contacts);
        if (timeout != null) {
            builder.deadline(timeout).connectTimeout(timeout);
        }
        CompletionStage<DFileSystem> connected = cluster.connect(builder.build());
        boolean patient = timeout != null; // who says how long to try may be waiting for the cluster to come up
        if (!patient && !isDoneWithin(connected, PATIENCE) && Dial.allRefuse(contacts)) {
            throw down(contacts);
        }
        try {
            return await(connected);
        } catch (CommandException e) {
            throw e.getCause() instanceof DFileException cause && cause.failure() instanceof Failure.ClusterUnreachable
                    ? new CommandException(ExitCodes.FAILED, e.getMessage() + " To start it: dfile up", cause)
                    : e;
        }
    }

    private static boolean isDoneWithin(CompletionStage<?> stage, Duration time) throws InterruptedException {
        try {
            Object ignored = stage.toCompletableFuture().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true; // why it failed is for whoever waits for it to say
        }
    }

    private static CommandException down(List<HostAddress> contacts) {
        return failure("the cluster is down: nothing listens on "
                + contacts.stream().map(HostAddress::toString).collect(Collectors.joining(", "))
                + "; start it with: dfile up");
    }

    /** Waits for a stage; its failure becomes the end of the command, in one line. */
    static <T> T await(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    /** The end of the command by a failure of the client; any other exception is a bug and stays what it is. */
    static CommandException failed(Throwable error) {
        Optional<Failure> failure = DFileException.failureOf(error);
        if (failure.isPresent()) {
            return new CommandException(
                    ExitCodes.FAILED, failure.get().message(), new DFileException(failure.get(), error));
        }
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        throw cause instanceof RuntimeException bug ? bug : new IllegalStateException(cause);
    }

    /** Fails with what helps if there is no such file, but a folder of that name. */
    static FileStatus statFile(DFileSystem files, FileName name) throws InterruptedException {
        try {
            return await(files.stat(name.toString()));
        } catch (CommandException e) {
            boolean missing =
                    e.getCause() instanceof DFileException cause && cause.failure() instanceof Failure.NoSuchFile;
            if (missing && !await(files.list(name + "/")).files().isEmpty()) {
                throw failure(e.getMessage() + "; there is a folder " + name + "/ (ls shows it, -r is for all of it)");
            }
            throw e;
        }
    }

    /** Reads a name from the command line. */
    static FileName name(String text) {
        try {
            return FileName.of(text);
        } catch (InvalidFileNameException e) {
            throw usage(e.getMessage());
        }
    }

    /** Reads a folder from the command line. */
    static Folder folder(String text) {
        try {
            return Folder.of(text);
        } catch (InvalidFileNameException e) {
            throw usage(e.getMessage());
        }
    }

    static CommandException usage(@Nullable String message) {
        return new CommandException(ExitCodes.USAGE, String.valueOf(message));
    }

    static CommandException failure(String message) {
        return new CommandException(ExitCodes.FAILED, message);
    }

    static CommandException failure(Path path, String reason) {
        return failure(path + ": " + reason);
    }

    /** The end of the command by a stream's failure, which may be one of the cluster or of this machine. */
    static CommandException streamFailed(String local, IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException || e instanceof ClosedByInterruptException || Thread.interrupted()) {
            throw new InterruptedException();
        }
        return DFileException.failureOf(e).isPresent() ? failed(e) : failure(local + ": " + LocalFiles.reason(e));
    }

    /** The part of a path or name behind its last {@code /}. */
    static String lastPartOf(Path path) {
        Path last = path.getFileName();
        return last == null ? "" : last.toString();
    }

    /** Says on the error stream what did not work, and goes on. */
    void complain(String what, String why) {
        shell.err().println("dfile: " + what + ": " + why);
    }
}
