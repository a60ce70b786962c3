package org.dfile.manager.files;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.dfile.client.DFile;
import org.dfile.client.DFileSystem;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;
import org.dfile.manager.console.Shell;
import org.dfile.model.FileName;
import org.dfile.model.Limits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dfile cat}: writes files to standard output. */
@Command(name = "cat", description = "Writes files to standard output, one after the other.")
final class CatCommand extends FileCommand {

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Names of the files.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--offset",
            paramLabel = "N",
            converter = Quantities.BytesConverter.class,
            description = "Leaves out the first N bytes of each file: 1000, \"64 KiB\".")
    private long offset;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            converter = Quantities.BytesConverter.class,
            description = "Writes at most N bytes of each file.")
    private @Nullable Long byteCount;

    CatCommand(Shell shell, ClusterAccess cluster) {
        super(shell, cluster);
    }

    @Override
    void check() {
        names.forEach(FileCommand::name);
        if (offset > Limits.MAX_FILE_BYTES) {
            throw usage("--offset " + offset + ": a file has at most " + Limits.MAX_FILE_BYTES + " bytes");
        }
    }

    /** One name that fails does not keep the others from being written. */
    @Override
    int run(DFileSystem files) throws InterruptedException {
        int worst = ExitCodes.OK;
        for (String name : names) {
            try {
                if (!cat(files, name(name))) {
                    break;
                }
            } catch (CommandException e) {
                if (names.size() == 1) {
                    throw e;
                }
                complain(name, String.valueOf(e.getMessage()));
                worst = ExitCodes.FAILED;
            }
        }
        return worst;
    }

    /** Writes one file; returns false if the reader of standard output has had enough, which is no failure. */
    @SuppressWarnings("resource") // standard output stays open
    boolean cat(DFileSystem files, FileName name) throws InterruptedException {
        DFile file = await(files.open(name.toString(), "r"));
        OutputStream out = Streams.out(shell);
        try {
            new RangeReader(settings().readsInFlight())
                    .copy(file, offset, byteCount == null ? Limits.MAX_FILE_BYTES : byteCount, out);
        } catch (IOException e) {
            if (!Streams.isClosedPipe(e)) {
                throw streamFailed("standard output", e);
            }
            return false;
        }
        return true;
    }
}
