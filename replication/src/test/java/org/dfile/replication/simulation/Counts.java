package org.dfile.replication.simulation;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What has happened in one run, or in many. */
final class Counts {

    /** What is counted. */
    enum Of {
        STEPS,
        CALLS,
        OVERLAPPING,
        UNKNOWN,
        HISTORIES,
        ACKNOWLEDGED,
        READS,
        LOST,
        DUPLICATED,
        LATE,
        PARTITIONS,
        CRASHES,
        TORN,
        POWER_FAILURES,
        IO_ERRORS,
        FULL,
        PAUSES,
        SLOW_DISKS,
        WIPES,
        ROTTEN,
        REJOINS_BEGUN,
        REJOINS_RETRIED,
        REJOINED,
        BATCHES,
        CHOSEN,
        TAKE_OVERS,
        RE_PROPOSED,
        STATES_SENT,
        QUORUM_READS,
        REMEMBERED,
        SESSIONS_LOST,
        FORWARDED,
        PURGES
    }

    private final Map<Of, Long> counts = new EnumMap<>(Of.class);
    private final Map<String, Long> clusters = new TreeMap<>();

    void add(Of what) {
        add(what, 1);
    }

    void add(Of what, long more) {
        counts.merge(what, more, Long::sum);
    }

    void cluster(int hosts) {
        clusters.merge("R" + hosts, 1L, Long::sum);
    }

    void add(Counts other) {
        other.counts.forEach(this::add);
        other.clusters.forEach((cluster, count) -> clusters.merge(cluster, count, Long::sum));
    }

    long of(Of what) {
        return counts.getOrDefault(what, 0L);
    }

    double percent(Of part, Of whole) {
        return 100.0 * of(part) / Math.max(1, of(whole));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%.1f %% overlapping, %.1f %% unknown, %s",
                percent(Of.OVERLAPPING, Of.CALLS),
                percent(Of.UNKNOWN, Of.CALLS),
                clusters));
        counts.forEach((what, count) -> text.append(", ")
                .append(what.name().toLowerCase(Locale.ROOT))
                .append(' ')
                .append(count));
        return text.toString();
    }
}
