package org.dfile.model;

/** How a change was judged on the file's state. The file remembers it for the session, so a retry gets the same. */
public sealed interface Outcome {

    record Done(Receipt receipt) implements Outcome {}

    /** The state did not allow it; nothing was changed. */
    record Refused(Failure.Judged failure) implements Outcome {}
}
