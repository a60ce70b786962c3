package org.dfile.protocol;

import java.io.IOException;

/** A formed host list that cannot be read: the message names the file, the key and what is wrong with it. */
public final class HostListException extends IOException {

    HostListException(String source, String reason) {
        super("host list " + source + ": " + reason);
    }

    HostListException(String source, String reason, Throwable cause) {
        super("host list " + source + ": " + reason, cause);
    }
}
