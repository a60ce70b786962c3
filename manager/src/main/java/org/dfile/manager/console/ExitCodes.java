package org.dfile.manager.console;

/** How a command ends, as the shell sees it. */
public final class ExitCodes {

    /** All that was asked for is done. */
    public static final int OK = 0;

    /** It failed; the message says why. */
    public static final int FAILED = 1;

    /** The command line or the host list is wrong; nothing was done. */
    public static final int USAGE = 2;

    /** Done for some hosts, not for all. */
    public static final int PARTIAL = 3;

    /** Done for no host. */
    public static final int NONE = 4;

    /** A safety check refused it; nothing was done. */
    public static final int REFUSED = 5;

    /** A scrub found damage, or could not look at all files. */
    public static final int DAMAGED = 6;

    /** {@code doctor}: the file is served, but not all its copies are as they should be; that ends by itself. */
    public static final int DEGRADED = 7;

    /** {@code doctor}: the file is not served at the moment. */
    public static final int UNAVAILABLE = 8;

    /** {@code doctor}: something is wrong that does not end without its operator. */
    public static final int NEEDS_YOU = 9;

    private ExitCodes() {}
}
