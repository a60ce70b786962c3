package org.dfile.store;

/** Bytes handed in do not match their checksum. Nothing was stored. */
public final class BadChecksumException extends StoreException {

    public BadChecksumException(String message) {
        super(message);
    }
}
