package org.dfile.manager.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dfile.client.DFileOutputStream;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile put}: stores a local file, standard input, or a whole directory. */
@Command(
        name = "put",
        description = "Stores a local file. Readers see the old content or the new one, never a part.",
        footer = {
            "",
            "put -r stores the regular files below a directory as NAME/<relative path>; NAME \"/\" is the top. What is no"
                    + " regular file is named and left out. A file that fails is named, and the others go on.",
        })
final class PutCommand extends FileCommand {

    @Parameters(index = "0", paramLabel = "LOCAL", description = "Local file or directory; - is standard input.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String local;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "Name of the file; one that ends with / gets the last part of LOCAL added.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String target;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "replace",
            converter = ModeConverter.class,
            completionCandidates = ModeConverter.Candidates.class,
            description = "What to expect of NAME: ${COMPLETION-CANDIDATES}; without it, ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private WriteMode mode;

    @Option(
            names = {"-r", "--recursive"},
            description = "Stores all files below the directory LOCAL.")
    private boolean recursive;

    @Mixin
    private final TreeOptions tree = new TreeOptions();

    @Option(names = "--json", description = "Prints what was done as JSON.")
    private boolean json;

    PutCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        if (recursive) {
            folder(target);
            tree.check();
        } else if (!isStandardInput()) {
            name(fullTarget());
        } else if (target.endsWith("/")) {
            throw usage("standard input has no name to put after \"" + target + "\"");
        } else {
            name(target);
        }
        if (!isStandardInput()) {
            checkLocal(path());
        } else if (recursive) {
            throw usage("-r takes a directory, not standard input");
        }
    }

    private void checkLocal(Path path) {
        if (!Files.exists(path)) {
            throw failure(path(), "no such file or directory");
        }
        if (Files.isDirectory(path) != recursive) {
            throw usage(local + (recursive ? " is not a directory" : " is a directory; put -r stores all files in it"));
        }
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        if (recursive) {
            return new TreePut(shell, files, mode, tree, json).run(path(), folder(target));
        }
        Receipt receipt = isStandardInput() || !Files.isRegularFile(path()) ? putStream(files) : putFile(files);
        if (json) {
            Json.print(shell.out(), ReceiptView.of(name(fullTarget()), receipt));
        }
        return ExitCodes.OK;
    }

    private Receipt putFile(DFileSystem files) throws InterruptedException {
        FileName name = name(fullTarget());
        try (ProgressLine progress =
                new ProgressLine(shell, "put", path().toFile().length())) {
            return await(files.copyIn(path(), name.toString(), mode, progress.part()));
        }
    }

    /** Standard input, or a local pipe or device: the length is not known before the end. */
    private Receipt putStream(DFileSystem files) throws InterruptedException {
        DFileOutputStream out = files.outputStream(fullTarget(), mode);
        try (InputStream in = isStandardInput() ? Streams.in(shell) : Files.newInputStream(path());
                ProgressLine progress = new ProgressLine(shell, "put", -1);
                out) {
            copy(in, out, progress);
        } catch (IOException e) {
            throw streamFailed(local, e);
        }
        return out.receipt();
    }

    private static void copy(InputStream in, DFileOutputStream out, ProgressLine progress) throws IOException {
        try {
            byte[] buffer = new byte[Limits.MAX_CHUNK_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                progress.add(count);
            }
        } catch (IOException | RuntimeException e) {
            out.discard();
            throw e;
        }
    }

    @Override
    String untilThen() {
        return recursive ? "" : " before " + fullTarget() + " was acknowledged: it is as it was before, or whole";
    }

    private boolean isStandardInput() {
        return local.equals("-");
    }

    private Path path() {
        return shell.workingDirectory().resolve(local);
    }

    private String fullTarget() {
        return target.endsWith("/") && !isStandardInput() ? target + lastPartOf(path().normalize()) : target;
    }
}
