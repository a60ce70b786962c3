package org.dfile.store;

import java.io.IOException;

/** What a volume cannot do, as one of a closed set of reasons. */
public abstract sealed class StoreException extends IOException
        permits AmnesiacException,
                BadChecksumException,
                ConflictException,
                CorruptDataException,
                DivergedException,
                PoisonedException,
                VolumeFullException,
                VolumeRefusedException {

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
