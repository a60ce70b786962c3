package org.dfile.store;

/** The file is not in the state that a batch was built on. Nothing was changed. */
public final class ConflictException extends StoreException {

    public ConflictException(String message) {
        super(message);
    }
}
