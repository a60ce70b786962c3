package org.dfile.node;

/** Why a node did not start: one sentence for its operator, and the exit code that says the same. */
public final class NodeException extends Exception {

    private final ExitCode exitCode;

    NodeException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    NodeException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
