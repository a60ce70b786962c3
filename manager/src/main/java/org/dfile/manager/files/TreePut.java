package org.dfile.manager.files;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Json;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.manager.files.LocalTree.Found;
import org.dfile.manager.files.LocalTree.Skipped;
import org.dfile.model.Receipt;
import org.dfile.model.WriteMode;

/** {@code dfile put -r}: stores the regular files below a directory, many at once. */
final class TreePut {

    private final Shell shell;
    private final DFileSystem files;
    private final WriteMode mode;
    private final TreeOptions options;
    private final boolean json;

    TreePut(Shell shell, DFileSystem files, WriteMode mode, TreeOptions options, boolean json) {
        this.shell = shell;
        this.files = files;
        this.mode = mode;
        this.options = options;
        this.json = json;
    }

    /** Returns the exit code: 0 if every file that the directory holds is stored. */
    int run(Path directory, Folder target) {
        LocalTree tree = scan(directory, target);
        for (Skipped skipped : tree.skipped()) {
            shell.err().println("dfile: skipped " + skipped.path() + ": " + skipped.reason());
        }
        long startedNanos = System.nanoTime();
        Transfers.Result result = store(tree);
        TreeSummary summary = TreeSummary.of(
                result, tree.files().size(), tree.skipped().size(), Duration.ofNanos(System.nanoTime() - startedNanos));
        if (json) {
            Json.print(shell.out(), summary);
        } else {
            shell.out().println(summary.text("stored"));
        }
        return summary.exitCode(tree.skipped().stream().anyMatch(Skipped::loss));
    }

    private static LocalTree scan(Path directory, Folder target) {
        try {
            return LocalTree.scan(directory, target);
        } catch (IOException e) {
            throw FileCommand.failure(directory, LocalFiles.reason(e));
        }
    }

    private Transfers.Result store(LocalTree tree) {
        List<Found> found = tree.files();
        try (ProgressLine progress = new ProgressLine(shell, "put", tree.byteCount())) {
            return new Transfers<Found>(
                            options.parallel(),
                            options.failFast(),
                            file -> files.copyIn(file.path(), file.name().toString(), mode, progress.part())
                                    .thenApply(Receipt::length),
                            (file, error) -> progress.note("dfile: " + file.path() + ": " + Reasons.of(error)))
                    .run(found);
        }
    }
}
