package org.dfile.store;

/** A directory was not opened as a volume. Nothing in it was touched. */
public final class VolumeRefusedException extends StoreException {

    /** Why a directory is not opened. */
    public enum Reason {
        /** It holds a volume of another cluster. */
        OTHER_CLUSTER,
        /** It holds a volume of another host. */
        OTHER_HOST,
        /** It holds another volume than the host list names. */
        OTHER_VOLUME,
        /** Another process has it open. */
        IN_USE,
        /** It is empty, but the host list names a volume: the disk was lost or is not mounted. */
        AMNESIAC,
        /** It holds files, but no volume. */
        NOT_A_VOLUME,
        /** Its records cannot be read. */
        DAMAGED
    }

    private final Reason reason;

    public VolumeRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public VolumeRefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
