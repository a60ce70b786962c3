package org.dfile.manager.console;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes. One object serves all commands of one run. */
public final class GlobalOptions {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Host list of the cluster. Without it: $DFILE_HOSTS, else conf/hosts.conf here, else"
                    + " ~/.dfile/hosts.conf, else the one of this distribution.")
    private @Nullable Path config;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Shows where in the program a failure comes from.")
    private boolean stackTrace;

    public Optional<Path> config() {
        return Optional.ofNullable(config);
    }

    public boolean stackTrace() {
        return stackTrace;
    }
}
