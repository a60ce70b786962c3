package org.dfile.actors.settings;

import com.typesafe.config.Config;
import java.time.Duration;
import org.dfile.actors.memory.HeapPart;

/**
 * A part of a configuration. Each value is checked as it is read; one that makes no sense is refused, with where it stands.
 *
 * @param path such as {@code dfile.slots}
 */
public record Section(String path, Config config) {

    public static Section of(Config root, String path) {
        return new Section(path, root.getConfig(path));
    }

    public Section section(String key) {
        return new Section(path + "." + key, config.getConfig(key));
    }

    /** Reads how many there may be; at least 1. */
    public int count(String key) {
        int value = config.getInt(key);
        atLeastOne(key, value);
        return value;
    }

    /** Reads a size in bytes; at least 1. */
    public long byteCount(String key) {
        long value = config.getBytes(key);
        atLeastOne(key, value);
        return value;
    }

    /** Reads a size in bytes; at least 1. It is cut to a part of the heap. */
    public long byteCount(String key, HeapPart part) {
        return part.cut(byteCount(key));
    }

    /** Reads a size in bytes; at least 1, at most {@code limit}. */
    public int byteCount(String key, int limit) {
        long value = byteCount(key);
        if (value > limit) {
            throw refused(key, "is at most " + limit, value);
        }
        return (int) value;
    }

    /** Reads a time above zero. */
    public Duration duration(String key) {
        Duration value = durationOrZero(key);
        if (value.isZero()) {
            throw refused(key, "must be above zero", value);
        }
        return value;
    }

    /** Reads a time that may be none. */
    public Duration durationOrZero(String key) {
        Duration value = config.getDuration(key);
        if (value.isNegative()) {
            throw refused(key, "must not be negative", value);
        }
        return value;
    }

    /** Reads a number above zero. */
    public double positive(String key) {
        double value = config.getDouble(key);
        if (!(value > 0)) {
            throw refused(key, "must be above zero", value);
        }
        return value;
    }

    private void atLeastOne(String key, long value) {
        if (value < 1) {
            throw refused(key, "must be at least 1", value);
        }
    }

    private IllegalArgumentException refused(String key, String why, Object value) {
        return new IllegalArgumentException(path + "." + key + " " + why + ": " + value);
    }
}
