package org.dfile.manager.files;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many files a command works on at once. */
final class ParallelOption {

    private static final int MAX_PARALLEL = 1_024;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description = "Files under way at once, of many; without it, a number that keeps the network busy.")
    private @Nullable Integer parallel;

    /** Refuses what makes no sense. */
    void check() {
        if (parallel != null && (parallel < 1 || parallel > MAX_PARALLEL)) {
            throw FileCommand.usage("--parallel " + parallel + " is not in 1.." + MAX_PARALLEL);
        }
    }

    int files() {
        return parallel == null ? FileCommand.settings().parallelFiles() : parallel;
    }
}
