package org.dfile.manager.launch;

import java.io.IOException;

/** A host, or something on it, could not be reached. */
public final class AccessException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What is known about the reason. */
    public enum Kind {
        /** Nothing answers there. */
        UNREACHABLE,
        /** The name has no address. */
        NAME_UNKNOWN,
        /** The host's key is not in known_hosts. */
        HOST_KEY_UNKNOWN,
        /** The host shows another key than known_hosts has. */
        HOST_KEY_CHANGED,
        /** The host accepts none of the user's keys. */
        KEY_REFUSED,
        /** The key file named for the host cannot be used. */
        KEY_UNUSABLE,
        /** A command on the host did not end in time. */
        TIMED_OUT,
        OTHER
    }

    private final Kind kind;

    public AccessException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public AccessException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
