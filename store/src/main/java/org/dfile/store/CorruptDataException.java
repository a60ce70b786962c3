package org.dfile.store;

/** Bytes on disk do not match their checksum. They were not handed out. */
public final class CorruptDataException extends StoreException {

    private final long offset;

    /** @param offset where in the file the damaged bytes stand */
    public CorruptDataException(String message, long offset) {
        super(message);
        this.offset = offset;
    }

    public long offset() {
        return offset;
    }
}
