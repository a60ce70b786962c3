package org.dfile.store;

/** There is no room above the reserve. Decided before anything was written. */
public final class VolumeFullException extends StoreException {

    private final long neededBytes;
    private final long freeBytes;

    public VolumeFullException(long neededBytes, long freeBytes) {
        super("volume full: " + neededBytes + " bytes needed, " + freeBytes + " free above the reserve");
        this.neededBytes = neededBytes;
        this.freeBytes = freeBytes;
    }

    public long neededBytes() {
        return neededBytes;
    }

    public long freeBytes() {
        return freeBytes;
    }
}
