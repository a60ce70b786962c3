package org.dfile.manager.hosts;

import java.util.Locale;

/** Tells addresses that only this machine can reach, without asking a name service. */
public final class Loopback {

    private Loopback() {}

    /** Whether {@code host} is {@code localhost}, or an address in 127.0.0.0/8, or ::1. */
    public static boolean isLoopback(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.matches("127(\\.[0-9]{1,3}){3}")
                || name.equals("::1")
                || name.equals("0:0:0:0:0:0:0:1");
    }
}
