package org.dfile.protocol.peer;

import java.util.List;
import java.util.function.ToIntFunction;

/** How much goes into one message, so that it fits a frame of the ordinary connection, 256 KiB. */
final class PageSize {

    /** Most entries of one page, however short their names are. */
    static final int MAX_ENTRIES = 1_000;

    /** Where a page of entries with names ends. */
    private static final int MAX_BYTES = 192 << 10;

    private PageSize() {}

    static <T> int fitting(List<T> entries, ToIntFunction<T> byteCount) {
        int bytes = 0;
        int count = 0;
        for (T entry : entries) {
            bytes += byteCount.applyAsInt(entry);
            if (count == MAX_ENTRIES || (count > 0 && bytes > MAX_BYTES)) {
                return count;
            }
            count++;
        }
        return count;
    }

    static void atMost(int limit, String what, int count) {
        if (count < 0 || count > limit) {
            throw new IllegalArgumentException(count + " " + what + ", at most " + limit);
        }
    }
}
