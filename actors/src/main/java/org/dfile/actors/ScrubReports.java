package org.dfile.actors;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.dfile.protocol.ScrubReport;
import org.dfile.store.Damage;
import org.dfile.store.ScrubStatus;

/** How a status shows a scrub. */
final class ScrubReports {

    /** Damaged places in one status, at most. */
    static final int MAX_DAMAGE = 100;

    /** Bytes of their text, at most, so that a status fits in one frame of the transport. */
    static final int MAX_DAMAGE_BYTES = 96 << 10;

    private ScrubReports() {}

    /** @param volume folder of the volume, which copies of damaged bytes lie in */
    static ScrubReport of(ScrubStatus status, Path volume) {
        Optional<ScrubStatus.Result> last = status.last();
        return new ScrubReport(
                state(status),
                millis(status.began()),
                millis(last.map(ScrubStatus.Result::ended)),
                status.checkedFiles(),
                status.checkedBytes(),
                status.liveBytes(),
                last.map(ScrubStatus.Result::complete).orElse(false),
                last.map(ScrubStatus.Result::damaged).orElse(0L),
                status.damaged(),
                damage(status.damage(), volume));
    }

    private static ScrubReport.State state(ScrubStatus status) {
        if (status.running()) {
            return ScrubReport.State.RUNNING;
        }
        return status.last().isPresent() ? ScrubReport.State.IDLE : ScrubReport.State.NEVER;
    }

    private static long millis(Optional<Instant> time) {
        return time.map(Instant::toEpochMilli).orElse(0L);
    }

    private static List<ScrubReport.Damage> damage(List<Damage> known, Path volume) {
        List<ScrubReport.Damage> shown = new ArrayList<>();
        long byteCount = 0;
        for (Damage damage : known) {
            ScrubReport.Damage next = new ScrubReport.Damage(
                    damage.kind().name().toLowerCase(Locale.ROOT),
                    damage.name(),
                    damage.offset(),
                    damage.reason(),
                    damage.found().toEpochMilli(),
                    volume.resolve(damage.copy()).toString());
            byteCount += bytesOf(next);
            if (shown.size() == MAX_DAMAGE || byteCount > MAX_DAMAGE_BYTES) {
                break;
            }
            shown.add(next);
        }
        return shown;
    }

    /** A character of UTF-16 takes three bytes of UTF-8 at most. */
    private static long bytesOf(ScrubReport.Damage damage) {
        int chars = damage.name().length()
                + damage.reason().length()
                + damage.copy().length();
        return 3L * chars + 100;
    }
}
