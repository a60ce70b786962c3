package org.dfile.model;

/**
 * What makes a retried change take effect once (I8). Numbers count from 1 per (session, file).
 *
 * @param number exactly the session's last number plus one is executed; one not above it gets its stored result
 * @param first lowest number whose outcome the client still wants; numbers below it are closed for ever
 * @param known version of the newest state of the file that the client has seen: a session that the file does not know is
 *     admitted only if this is at or above the file's eviction watermark
 */
public record Stamp(SessionId session, long number, long first, FileVersion known) {

    public Stamp {
        if (number < 1 || first < 1 || first > number) {
            throw new IllegalArgumentException("number " + number + ", first " + first);
        }
        if (number - first >= Limits.SESSION_WINDOW) {
            throw new IllegalArgumentException(
                    "number " + number + " is more than " + Limits.SESSION_WINDOW + " from first " + first);
        }
    }
}
