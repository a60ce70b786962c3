package org.dfile.manager.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import org.dfile.model.Receipt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile append}: puts standard input at the end of a file. */
@Command(
        name = "append",
        description = "Puts standard input at the end of a file, which is created if needed.",
        footer = {
            "",
            "What each read from standard input brings, up to 1 MiB, is appended in one step and in order, as soon as it is"
                    + " there. Others may append to the same file meanwhile; --lines keeps every line in one piece.",
        })
final class AppendCommand extends FileCommand {

    @Parameters(paramLabel = "NAME", description = "Name of the file.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String target;

    @Option(
            names = "--lines",
            description = "Appends whole lines only, so that none is torn; a line has at most 1 MiB.")
    private boolean lines;

    @Option(
            names = {"-v", "--verbose"},
            description = "Prints the receipt of each append: offset, bytes, version, copies.")
    private boolean verbose;

    @Option(names = "--json", description = "Prints what was done as JSON.")
    private boolean json;

    private final Deque<CompletionStage<Receipt>> underWay = new ArrayDeque<>();
    private long appends;
    private long byteCount;
    private @Nullable Receipt first;
    private @Nullable Receipt last;

    /** What {@code --json} shows; offsets and version are absent if there was nothing to append. */
    record Summary(
            String name,
            long appends,
            long byteCount,
            @Nullable Long firstOffset,
            @Nullable Long length,
            @Nullable String version,
            @Nullable Integer copies) {}

    AppendCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        name(target);
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        FileName name = name(target);
        try {
            append(await(files.open(name.toString(), "a")));
        } catch (CommandException e) {
            throw byteCount == 0
                    ? e
                    : failure("the first " + byteCount + " bytes are appended; then: " + e.getMessage());
        }
        if (json) {
            Json.print(shell.out(), summary(name));
        }
        return ExitCodes.OK;
    }

    @Override
    String untilThen() {
        return "; " + byteCount + " bytes are known to be appended to " + target;
    }

    @SuppressWarnings("resource") // standard input stays open
    private void append(DFile file) throws InterruptedException {
        InputStream in = Streams.in(shell);
        AppendChunks chunks = new AppendChunks(in, lines);
        int most = settings().appendsInFlight();
        try {
            for (var chunk = chunks.next(); chunk.isPresent(); chunk = chunks.next()) {
                underWay.add(file.append(chunk.get()));
                while (underWay.size() >= most || isFirstDone()) {
                    acknowledgeFirst();
                }
            }
        } catch (IOException e) {
            acknowledgeAll();
            throw streamFailed("standard input", e);
        }
        acknowledgeAll();
    }

    private boolean isFirstDone() {
        CompletionStage<Receipt> oldest = underWay.peek();
        return oldest != null && oldest.toCompletableFuture().isDone();
    }

    private void acknowledgeAll() throws InterruptedException {
        while (!underWay.isEmpty()) {
            acknowledgeFirst();
        }
    }

    private void acknowledgeFirst() throws InterruptedException {
        Receipt receipt = await(underWay.remove());
        appends++;
        byteCount += receipt.byteCount();
        first = Optional.ofNullable(first).orElse(receipt);
        last = receipt;
        if (verbose) {
            shell.out()
                    .println("offset " + receipt.offset() + ", " + receipt.byteCount() + " bytes, version "
                            + receipt.version() + ", on disk on "
                            + (receipt.copies() == 1 ? "1 host" : receipt.copies() + " hosts"));
        }
    }

    private Summary summary(FileName name) {
        return first == null || last == null
                ? new Summary(name.toString(), 0, 0, null, null, null, null)
                : new Summary(
                        name.toString(),
                        appends,
                        byteCount,
                        first.offset(),
                        last.length(),
                        last.version().toString(),
                        last.copies());
    }
}
