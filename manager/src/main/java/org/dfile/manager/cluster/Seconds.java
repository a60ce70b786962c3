package org.dfile.manager.cluster;

import java.time.Duration;
import org.dfile.manager.console.CommandException;
import org.dfile.manager.console.ExitCodes;

/** Times on the command line, in whole seconds. */
final class Seconds {

    private Seconds() {}

    /** @throws CommandException if it is less than one second */
    static Duration timeout(int seconds) {
        if (seconds < 1) {
            throw new CommandException(ExitCodes.USAGE, "--timeout must be at least 1: " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }
}
