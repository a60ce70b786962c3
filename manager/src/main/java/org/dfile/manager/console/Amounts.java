package org.dfile.manager.console;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Amounts as people read them; the same in every locale. */
public final class Amounts {

    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

    private Amounts() {}

    /** {@code 999 B}, {@code 1.2 MiB}. */
    public static String bytes(long byteCount) {
        if (byteCount < 1024) {
            return byteCount + " B";
        }
        double amount = byteCount;
        int unit = -1;
        // Below 1023.95, so that rounding never shows 1024.0.
        while (amount >= 1023.95 && unit < UNITS.size() - 1) {
            amount /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", amount, UNITS.get(Math.max(unit, 0)));
    }

    /** {@code 1 file}, {@code 5000 files}. */
    public static String files(long count) {
        return count == 1 ? "1 file" : count + " files";
    }

    /** {@code 5000 files, 1.2 GiB in 12.3 s (99.8 MB/s)}. */
    public static String transfer(long fileCount, long byteCount, Duration time) {
        double seconds = Math.max(time.toMillis(), 1) / 1e3;
        return String.format(
                Locale.ROOT,
                "%s, %s in %.1f s (%.1f MB/s)",
                files(fileCount),
                bytes(byteCount),
                seconds,
                byteCount / 1e6 / seconds);
    }
}
