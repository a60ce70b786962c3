package org.dfile.manager.files;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command works on all files of a folder. */
final class TreeOptions {

    @Mixin
    private final ParallelOption parallel = new ParallelOption();

    @Option(names = "--fail-fast", description = "With -r: starts no further file after one has failed.")
    private boolean failFast;

    void check() {
        parallel.check();
    }

    int parallel() {
        return parallel.files();
    }

    boolean failFast() {
        return failFast;
    }
}
