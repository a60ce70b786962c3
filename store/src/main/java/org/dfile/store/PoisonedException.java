package org.dfile.store;

/** A write or fsync of this volume has failed. Nothing more is done with it before a new process opens it (I12). */
public final class PoisonedException extends StoreException {

    public PoisonedException(String message, Throwable cause) {
        super(message, cause);
    }
}
