package org.dfile.manager.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.dfile.client.ClientSettings;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.Shell;
import org.dfile.manager.replicas.ReplicaAnswer;
import org.dfile.manager.replicas.ReplicaSource;
import org.dfile.model.FileName;
import org.dfile.model.HostAddress;
import org.dfile.model.HostList;
import org.dfile.model.Placement;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs command lines against a {@link FakeFileSystem}, in a directory of their own, and keeps what they print. */
final class CommandFixture implements ClusterAccess {

    /** The root command, without what it shows. */
    @CommandLine.Command(name = "dfile")
    static final class Root implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("no command");
        }
    }

    final FakeFileSystem files = new FakeFileSystem();
    final Path directory;
    InputStream in = InputStream.nullInputStream();
    boolean inIsTerminal;
    Optional<HostList> formedList = Optional.empty();
    List<HostAddress> contacts = List.of(new HostAddress("127.0.0.1", 7401));
    CompletionStage<DFileSystem> connected = CompletableFuture.completedFuture(files);

    BiFunction<HostList, FileName, List<ReplicaAnswer>> replicas = CommandFixture::silentReplicas;
    int closedSources;

    @Nullable
    ClientSettings connectedWith;

    private ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ByteArrayOutputStream err = new ByteArrayOutputStream();

    CommandFixture(Path directory) {
        this.directory = directory;
    }

    private static List<ReplicaAnswer> silentReplicas(HostList list, FileName name) {
        return new Placement(list)
                .replicasOf(name).stream()
                        .map(host -> ReplicaAnswer.silent(host, "no answer within 2 s"))
                        .toList();
    }

    void in(String text) {
        in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the exit code. */
    int run(String... args) {
        out = new ByteArrayOutputStream();
        err = new ByteArrayOutputStream();
        Shell shell = new Shell(
                Map.of(),
                directory,
                directory,
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                inIsTerminal,
                false,
                false);
        CommandLine commandLine = new CommandLine(new Root());
        FileCommands.all(shell, this).forEach(commandLine::addSubcommand);
        commandLine
                .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
                .setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((error, failed, parsed) -> {
                    if (error instanceof CommandException expected) {
                        shell.err().println("dfile: " + expected.getMessage());
                        return expected.exitCode();
                    }
                    throw error;
                });
        int exitCode = commandLine.execute(args);
        shell.out().flush();
        return exitCode;
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    List<String> outLines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    JsonNode json() throws JsonProcessingException {
        return new JsonMapper().readTree(out());
    }

    @Override
    public List<HostAddress> contacts() {
        return contacts;
    }

    @Override
    public Optional<HostList> formedList() {
        return formedList;
    }

    @Override
    public ReplicaSource replicas() {
        return new ReplicaSource() {
            @Override
            public List<ReplicaAnswer> ask(HostList list, FileName name) {
                return replicas.apply(list, name);
            }

            @Override
            public void close() {
                closedSources++;
            }
        };
    }

    @Override
    public String commandLine() {
        return "dfile";
    }

    @Override
    public CompletionStage<DFileSystem> connect(ClientSettings settings) {
        connectedWith = settings;
        return connected;
    }
}
