package org.dfile.cluster.thrash;

/** What is done to nodes. */
enum Fault {
    /** SIGKILL, and started again. */
    KILL,
    /** SIGSTOP for a while. */
    PAUSE,
    /** SIGTERM, and started again. */
    STOP,
    /** No other node can talk to it, nor it to them; clients can. */
    CUT_FROM_NODES,
    /** Nobody can talk to it, clients neither. */
    CUT_FROM_ALL,
    /** It and one other node cannot talk to each other. */
    CUT_PAIR,
    /** It cannot talk to the others; they can talk to it. */
    MUTE,
    /** The others cannot talk to it; it can talk to them. */
    DEAF,
    /** No room for anything but what the reserve is for. */
    DISK_FULL,
    /** What was not synced is gone. */
    POWER_LOSS,
    /** SIGKILL, and all that was on the disk is gone; a new one comes in its place. */
    DISK_LOST,
    /** SIGKILL for all nodes at once. */
    ALL_DOWN;

    /** Whether it may not come beside another fault. */
    boolean comesAlone() {
        return this == DISK_LOST || this == ALL_DOWN;
    }

    boolean needsRealDisk() {
        return this == DISK_FULL || this == POWER_LOSS;
    }
}
