package org.dfile.node;

/** How a node's process ended; the launcher and its operator read it. A code keeps its meaning for ever. */
public enum ExitCode {
    /** Stopped in order: by {@code Kill}, SIGTERM or SIGINT. The volume is closed, nothing acknowledged is lost. */
    STOPPED(0, "stopped in order"),
    /** A bug, or the volume could not be closed in time. What was acknowledged is on disk all the same. */
    UNEXPECTED(1, "unexpected failure, or not closed in time; see the log"),
    /** The command line, the settings, the host list or the admin token file were refused. Nothing was touched. */
    SETTINGS_REFUSED(2, "command line, settings, host list or admin token file refused"),
    /** The data directory is of another cluster or host, in use, damaged, or no volume. Nothing in it was changed. */
    VOLUME_REFUSED(3, "volume refused: foreign, in use or damaged"),
    /** The address cannot be listened on: in use by another process, or not of this machine. */
    ADDRESS_REFUSED(4, "address refused: in use, or not of this machine"),
    /** A write or fsync failed while the node ran (I12). What was acknowledged is on disk; look at the disk. */
    STORAGE_FAILED(5, "the disk failed; see the log");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }
}
