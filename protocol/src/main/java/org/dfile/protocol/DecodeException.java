package org.dfile.protocol;

import java.io.NotSerializableException;

/**
 * Received bytes that are no message of ours: damaged, cut off, or claiming what no message may claim. Pekko logs it and
 * drops the message; the connection stays.
 */
public final class DecodeException extends NotSerializableException {

    public DecodeException(String message) {
        super(message);
    }

    public DecodeException(String message, Throwable cause) {
        super(message);
        initCause(cause);
    }
}
