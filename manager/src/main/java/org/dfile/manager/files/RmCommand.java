package org.dfile.manager.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dfile.client.DFileException;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.Amounts;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Interruption;
import org.dfile.manager.console.Reasons;
import org.dfile.manager.console.Shell;
import org.dfile.model.Failure;
import org.dfile.model.FileStatus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile rm}: removes files, or all files of folders. */
@Command(
        name = "rm",
        description = "Removes files.",
        footer = {
            "",
            "rm -r removes all files below each NAME, and the file NAME if there is one. It asks first; where it cannot ask,"
                    + " it needs -y.",
        })
final class RmCommand extends FileCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names of files or, with -r, of folders.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = {"-r", "--recursive"},
            description = "Removes all files below NAME.")
    private boolean recursive;

    @Option(
            names = {"-y", "--yes"},
            description = "With -r: does not ask.")
    private boolean yes;

    @Option(
            names = {"-f", "--force"},
            description = "A file that is not there is no failure.")
    private boolean force;

    @Mixin
    private final ParallelOption parallel = new ParallelOption();

    RmCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        parallel.check();
        for (String name : names) {
            if (recursive) {
                folder(name);
            } else if (name.endsWith("/")) {
                throw usage(name + " is a folder; rm -r removes all files in it");
            } else {
                name(name);
            }
        }
        if (recursive && !yes && !shell.inIsTerminal()) {
            throw usage(
                    "rm -r asks before it removes, but standard input is no terminal; add -y to remove without asking");
        }
    }

    @Override
    int run(DFileSystem files) throws InterruptedException {
        List<String> found =
                recursive ? filesBelow(files) : names.stream().distinct().toList();
        if (recursive && !found.isEmpty() && !yes && !confirmed(found.size())) {
            shell.err().println("nothing removed");
            return ExitCodes.FAILED;
        }
        Transfers.Result result = new Transfers<String>(
                        parallel.files(),
                        false,
                        name -> files.delete(name).handle((receipt, error) -> removed(error)),
                        (name, error) -> complain(name, Reasons.of(error)))
                .run(found);
        return conclude(result, found.size());
    }

    /** Counts a file that is gone as removed if that is all that was asked for. */
    private long removed(@Nullable Throwable error) {
        if (error == null
                || (force
                        && DFileException.failureOf(error)
                                .filter(Failure.NoSuchFile.class::isInstance)
                                .isPresent())) {
            return 0;
        }
        throw error instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(error);
    }

    private List<String> filesBelow(DFileSystem files) throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (String text : names) {
            Folder folder = folder(text);
            int before = found.size();
            if (!text.endsWith("/") && !folder.equals(Folder.TOP) && await(files.exists(text))) {
                found.add(text);
            }
            for (FileStatus status : new Listing(files, false).all(folder)) {
                found.add(status.name().toString());
            }
            if (found.size() == before && !force && !folder.equals(Folder.TOP)) {
                throw failure("no such file or folder: " + text);
            }
        }
        return found.stream().distinct().toList();
    }

    private boolean confirmed(int count) {
        shell.err().print("remove " + Amounts.files(count) + " below " + String.join(", ", names) + "? [y/N] ");
        shell.err().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(shell.in(), StandardCharsets.UTF_8)).readLine();
            return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            throw failure("standard input: " + LocalFiles.reason(e));
        }
    }

    private int conclude(Transfers.Result result, int count) {
        if (result.interrupted()) {
            shell.err().println("interrupted: " + result.done() + " of " + Amounts.files(count) + " removed for sure");
            return Interruption.EXIT_CODE;
        }
        if (recursive) {
            shell.out()
                    .println(Amounts.files(result.done()) + " removed"
                            + (result.failed() > 0 ? ", " + result.failed() + " failed" : ""));
        }
        return result.failed() > 0 ? ExitCodes.FAILED : ExitCodes.OK;
    }
}
