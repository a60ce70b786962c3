package org.dfile.manager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile get}: fetches a file, or all files of a folder. */
@Command(
        name = "get",
        description = "Fetches a file. The local file appears, or changes, in one step at the end.",
        footer = {
            "",
            "get -r is the reverse of put -r: it fetches all files below NAME to LOCAL/<relative path>, and never writes"
                    + " outside of LOCAL. A file that fails is named, and the others go on.",
        })
final class GetCommand extends FileCommand {

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the file or, with -r, of the folder.")
    @SuppressWarnings("NullAway.Init") // set by picocli before the command runs
    private String source;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "LOCAL",
            description = "Local file, or directory to put it in; - is standard output. Without it: here.")
    private @Nullable String local;

    @Option(
            names = {"-r", "--recursive"},
            description = "Fetches all files below NAME into the directory LOCAL.")
    private boolean recursive;

    @Option(
            names = {"-f", "--force"},
            description = "Replaces local files that are there.")
    private boolean force;

    @Mixin
    private final TreeOptions tree = new TreeOptions();

    @Option(names = "--json", description = "With -r: prints what was done as JSON.")
    private boolean json;

    private @Nullable Fetch fetch;
    private @Nullable ExecutorService publisher;

    GetCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        if (recursive) {
            folder(source);
            tree.check();
            if (local == null || isStandardOutput()) {
                throw usage("get -r needs a local directory");
            }
        } else if (source.endsWith("/")) {
            throw usage(source + " is a folder; get -r fetches all files in it");
        } else {
            name(source);
        }
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        if (!recursive && isStandardOutput()) {
            boolean ignored = new CatCommand(shell, cluster).cat(files, name(source));
            return ExitCodes.OK;
        }
        ExecutorService threads = Executors.newFixedThreadPool(settings().publishThreads(), work -> {
            Thread thread = new Thread(work, "dfile-publish");
            thread.setDaemon(true);
            return thread;
        });
        publisher = threads;
        Fetch started = new Fetch(files, force, threads);
        fetch = started;
        return recursive
                ? new TreeGet(shell, files, started, tree, json).run(folder(source), path())
                : getFile(files, started);
    }

    private int getFile(DFileSystem files, Fetch started) throws InterruptedException {
        FileName name = name(source);
        Path target = target(name);
        Path directory = target.getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            throw failure(directory, "there is no such directory");
        }
        long length = statFile(files, name).length();
        try (ProgressLine progress = new ProgressLine(shell, "get", length)) {
            await(started.start(name, target, progress.part()));
        }
        return ExitCodes.OK;
    }

    private Path target(FileName name) {
        Path path = path();
        if (local != null && !Files.isDirectory(path)) {
            return path;
        }
        String text = name.toString();
        try {
            return LocalNames.pathOf(path, text.substring(text.lastIndexOf('/') + 1));
        } catch (LocalNames.NoCounterpartException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
    }

    private Path path() {
        return shell.workingDirectory().resolve(local == null ? "" : local);
    }

    @Override
    String untilThen() {
        return recursive || isStandardOutput() ? "" : "; no local file is changed";
    }

    private boolean isStandardOutput() {
        return "-".equals(local);
    }

    @Override
    void cleanUp() {
        try {
            if (fetch != null) {
                fetch.end();
            }
        } catch (IOException e) {
            complain("a temporary file stays behind", String.valueOf(e.getMessage()));
        }
        if (publisher != null) {
            publisher.shutdown();
        }
    }
}
