package org.dfile.manager.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.manager.files.LocalNames.NoCounterpartException;
import org.dfile.model.FileStatus;

/** {@code dfile get -r}: fetches all files of a folder, many at once, and writes nothing outside of the directory. */
final class TreeGet {

    private static final String BOTH =
            "is both a file and a folder, which no local path can be; fetch the file by itself,"
                    + " without -r, to another place";

    private final Shell shell;
    private final DFileSystem files;
    private final Fetch fetch;
    private final TreeOptions options;
    private final boolean json;

    TreeGet(Shell shell, DFileSystem files, Fetch fetch, TreeOptions options, boolean json) {
        this.shell = shell;
        this.files = files;
        this.fetch = fetch;
        this.options = options;
        this.json = json;
    }

    /** Returns the exit code: 0 if every file of the folder is fetched. */
    int run(Folder folder, Path directory) throws InterruptedException {
        List<FileStatus> found = new Listing(files, false).all(folder);
        if (found.isEmpty() && !folder.equals(Folder.TOP)) {
            throw FileCommand.failure("no such folder: " + folder);
        }
        createDirectory(directory);
        tellOfFile(folder);
        long startedNanos = System.nanoTime();
        Transfers.Result result = fetchAll(found, folder, directory);
        TreeSummary summary =
                TreeSummary.of(result, found.size(), 0, Duration.ofNanos(System.nanoTime() - startedNanos));
        if (json) {
            Json.print(shell.out(), summary);
        } else {
            shell.out().println(summary.text("fetched"));
        }
        return summary.exitCode(false);
    }

    /** The folder {@code a/} does not hold a file {@code a}, which somebody might miss. */
    private void tellOfFile(Folder folder) throws InterruptedException {
        if (!folder.equals(Folder.TOP)) {
            String name = folder.prefix().substring(0, folder.prefix().length() - 1);
            if (FileCommand.await(files.exists(name))) {
                shell.err().println("dfile: note: " + name + " is a file, too, which is not in the folder " + folder);
            }
        }
    }

    private static void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw FileCommand.failure(directory, LocalFiles.reason(e));
        }
    }

    private Transfers.Result fetchAll(List<FileStatus> found, Folder folder, Path directory) {
        Set<String> folders = impliedFolders(found);
        long byteCount = found.stream().mapToLong(FileStatus::length).sum();
        try (ProgressLine progress = new ProgressLine(shell, "get", byteCount)) {
            return new Transfers<FileStatus>(
                            options.parallel(),
                            options.failFast(),
                            file -> start(file, folder, directory, folders, progress),
                            (file, error) -> progress.note("dfile: " + file.name() + ": " + Reasons.of(error)))
                    .run(found);
        }
    }

    private CompletionStage<Long> start(
            FileStatus file, Folder folder, Path directory, Set<String> folders, ProgressLine progress) {
        if (folders.contains(file.name().toString())) {
            return Fetch.failed(directory.resolve(folder.relative(file.name())), BOTH);
        }
        try {
            Path target = LocalNames.pathOf(directory, folder.relative(file.name()));
            Path parent = target.getParent();
            if (parent != null) {
                LocalFiles.createDirectoriesBelow(directory, parent);
            }
            return fetch.start(file.name(), target, progress.part());
        } catch (NoCounterpartException e) {
            return Fetch.failed(directory, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Fetch.failed(directory, LocalFiles.reason(e) + " (" + e.getMessage() + ")");
        }
    }

    /** All folders that the names imply, without a {@code /} at the end. */
    static Set<String> impliedFolders(List<FileStatus> found) {
        Set<String> folders = new HashSet<>();
        for (FileStatus file : found) {
            String name = file.name().toString();
            for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
                if (!folders.add(name.substring(0, slash))) {
                    break; // what is above is known
                }
            }
        }
        return folders;
    }
}
