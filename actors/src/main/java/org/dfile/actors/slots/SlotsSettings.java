package org.dfile.actors.slots;

import com.typesafe.config.Config;
import java.time.Duration;
import org.dfile.actors.settings.Section;

/** Typed view of {@code dfile.slots}; what each means stands in {@code reference.conf}. */
public record SlotsSettings(
        Duration tick,
        Duration askOthersAfter,
        Heartbeats heartbeats,
        Leading leading,
        Rejoining rejoining,
        Repair repair,
        Purge purge) {

    /** How others are known to live. */
    public record Heartbeats(
            Duration interval, double threshold, Duration acceptablePause, Duration minDeviation, int samples) {

        static Heartbeats from(Section section) {
            return new Heartbeats(
                    section.duration("interval"),
                    section.positive("threshold"),
                    section.durationOrZero("acceptable-pause"),
                    section.duration("min-deviation"),
                    section.count("samples"));
        }
    }

    /** Who leads when. */
    public record Leading(
            Duration listenAtStart,
            Duration backOff,
            Duration turn,
            Duration attempt,
            Duration takeBackAfter,
            Duration roomCheck) {

        static Leading from(Section section) {
            return new Leading(
                    section.durationOrZero("listen-at-start"),
                    section.duration("back-off"),
                    section.duration("turn"),
                    section.duration("attempt"),
                    section.duration("take-back-after"),
                    section.duration("room-check"));
        }
    }

    /** How lost votes come back. */
    public record Rejoining(int maxSlots, int maxFetches, Duration retry, long bytesPerSecond) {

        static Rejoining from(Section section) {
            return new Rejoining(
                    section.count("max-slots"),
                    section.count("max-fetches"),
                    section.duration("retry"),
                    section.byteCount("bytes-per-second"));
        }
    }

    /** How replicas are compared and brought together. */
    public record Repair(
            Duration lookInterval,
            Duration secondLook,
            int maxSlots,
            int pageEntries,
            int maxMends,
            Duration mendTimeout,
            int maxQueue) {

        static Repair from(Section section) {
            return new Repair(
                    section.duration("look-interval"),
                    section.duration("second-look"),
                    section.count("max-slots"),
                    section.count("page-entries"),
                    section.count("max-mends"),
                    section.duration("mend-timeout"),
                    section.count("max-queue"));
        }
    }

    /** When tombstones go. */
    public record Purge(Duration age, Duration interval) {

        static Purge from(Section section) {
            return new Purge(section.duration("age"), section.duration("interval"));
        }
    }

    public static SlotsSettings from(Config root) {
        Section section = Section.of(root, "dfile.slots");
        return new SlotsSettings(
                section.duration("tick"),
                section.duration("ask-others-after"),
                Heartbeats.from(section.section("heartbeats")),
                Leading.from(section.section("leading")),
                Rejoining.from(section.section("rejoining")),
                Repair.from(section.section("repair")),
                Purge.from(section.section("purge")));
    }
}
