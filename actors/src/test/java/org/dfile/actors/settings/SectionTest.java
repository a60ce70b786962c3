package org.dfile.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SectionTest {

    private static Section section(String value) {
        return Section.of(ConfigFactory.parseString("dfile.part { inner { key = " + value + " } }"), "dfile.part")
                .section("inner");
    }

    private static void assertRefused(String value, Consumer<Section> read, String why) {
        assertThatThrownBy(() -> read.accept(section(value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dfile.part.inner.key " + why);
    }

    @Test
    void values_thatMakeSense_areRead() {
        assertThat(section("1").count("key")).isEqualTo(1);
        assertThat(section("1 KiB").byteCount("key")).isEqualTo(1_024);
        assertThat(section("1 KiB").byteCount("key", 1_024)).isEqualTo(1_024);
        assertThat(section("1 ms").duration("key")).isEqualTo(Duration.ofMillis(1));
        assertThat(section("0 s").durationOrZero("key")).isZero();
        assertThat(section("0.5").positive("key")).isEqualTo(0.5);
    }

    @Test
    void values_thatMakeNone_areRefusedWithTheirPath() {
        assertRefused("0", section -> section.count("key"), "must be at least 1: 0");
        assertRefused("0", section -> section.byteCount("key"), "must be at least 1: 0");
        assertRefused("1025", section -> section.byteCount("key", 1_024), "is at most 1024: 1025");
        assertRefused("0 s", section -> section.duration("key"), "must be above zero");
        assertRefused("-1 s", section -> section.duration("key"), "must not be negative");
        assertRefused("-1 s", section -> section.durationOrZero("key"), "must not be negative");
        assertRefused("0", section -> section.positive("key"), "must be above zero");
    }
}
