package org.dfile.manager.hosts;

import java.nio.file.Path;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;

/** A host list that cannot be used. The message names the file, the line where known, the key and what is wrong. */
public final class HostListException extends CommandException {

    private static final long serialVersionUID = 1L;

    private static final int NO_LINE = -1;

    /** @param line counts from 1; below that the line is not known */
    HostListException(Path file, int line, String problem) {
        super(ExitCodes.USAGE, file + (line > 0 ? ":" + line : "") + ": " + problem);
    }

    HostListException(Path file, String problem) {
        this(file, NO_LINE, problem);
    }
}
