package org.dfile.protocol;

/** What a node does at the moment. */
public enum NodeState {
    /** Serves. */
    READY,
    /** Finishes what runs and leaves. */
    STOPPING,
    /** Its volume is listed but empty: it answers this question and nothing else. */
    AMNESIAC,
    /** Its disk has failed; it is about to leave. */
    FAILED
}
