package org.dfile.manager.launch;

import java.util.List;
import java.util.OptionalInt;

/** A step on the way to a running node failed on one host. Everything that its user needs to act is in it. */
public final class LaunchException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What was being done. */
    public enum Step {
        CONNECT("connect"),
        CHECK_JAVA("check Java"),
        INSTALL("copy the program"),
        WRITE_SETTINGS("write the settings"),
        START("start the process"),
        ANSWER("wait for its answer"),
        STOP("stop");

        private final String text;

        Step(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Step step;
    private final String likelyCause;
    private final transient Remains remains;

    /**
     * What a node process left on its host.
     *
     * @param exitCode empty while it runs, or if it never ran
     * @param log the last lines of its log, oldest first
     */
    public record Remains(OptionalInt exitCode, List<String> log) {

        public static final Remains NONE = new Remains(OptionalInt.empty(), List.of());

        public Remains {
            log = List.copyOf(log);
        }
    }

    /**
     * The failure of {@code step}.
     *
     * @param likelyCause with what to do about it; empty if nothing is known beyond the message
     */
    public LaunchException(Step step, String message, String likelyCause, Remains remains) {
        super(message);
        this.step = step;
        this.likelyCause = likelyCause;
        this.remains = remains;
    }

    public Step step() {
        return step;
    }

    public String likelyCause() {
        return likelyCause;
    }

    public Remains remains() {
        return remains;
    }
}
