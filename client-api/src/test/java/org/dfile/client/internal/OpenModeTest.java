package org.dfile.client.internal;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenModeTest {

    /** The table of Python's {@code open}: what each mode allows and does. */
    @ParameterizedTest
    @CsvSource({
        "r,   true,  false, false, NEVER,     false",
        "rb,  true,  false, false, NEVER,     false",
        "r+,  true,  true,  false, NEVER,     false",
        "rb+, true,  true,  false, NEVER,     false",
        "r+b, true,  true,  false, NEVER,     false",
        "w,   false, true,  false, IF_ABSENT, true",
        "wb,  false, true,  false, IF_ABSENT, true",
        "w+,  true,  true,  false, IF_ABSENT, true",
        "a,   false, true,  true,  IF_ABSENT, false",
        "a+,  true,  true,  true,  IF_ABSENT, false",
        "ab+, true,  true,  true,  IF_ABSENT, false",
        "x,   false, true,  false, ALWAYS,    false",
        "x+,  true,  true,  false, ALWAYS,    false",
        "xb,  false, true,  false, ALWAYS,    false",
    })
    void parse_pythonMode_meansTheSame(
            String mode, boolean read, boolean write, boolean append, OpenMode.Creation create, boolean truncate) {
        assertThat(OpenMode.parse(mode)).isEqualTo(new OpenMode(read, write, append, create, truncate));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b", "+", "rw", "r++", "rbb", "wa", "rt", "t", "R", "r ", "U", "+r"})
    void parse_noMode_isRefused(String mode) {
        assertThatThrownBy(() -> OpenMode.parse(mode))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + mode + "\"");
    }

    private static OpenMode of(OpenOption... options) {
        return OpenMode.of(options);
    }

    @Test
    void of_options_meanWhatTheJdkSays() {
        assertThat(of()).isEqualTo(OpenMode.parse("r"));
        assertThat(of(READ)).isEqualTo(OpenMode.parse("r"));
        assertThat(of(READ, WRITE)).isEqualTo(OpenMode.parse("r+"));
        assertThat(of(WRITE, CREATE, TRUNCATE_EXISTING)).isEqualTo(OpenMode.parse("w"));
        assertThat(of(READ, WRITE, CREATE, TRUNCATE_EXISTING)).isEqualTo(OpenMode.parse("w+"));
        assertThat(of(APPEND, CREATE)).isEqualTo(OpenMode.parse("a"));
        assertThat(of(READ, APPEND, CREATE)).isEqualTo(OpenMode.parse("a+"));
        assertThat(of(WRITE, CREATE_NEW)).isEqualTo(OpenMode.parse("x"));
        assertThat(of(WRITE, CREATE_NEW, CREATE)).isEqualTo(OpenMode.parse("x"));
        assertThat(of(WRITE, SYNC, DSYNC)).isEqualTo(of(WRITE));
    }

    @Test
    void of_contradictions_areRefused() {
        assertThatThrownBy(() -> of(APPEND, TRUNCATE_EXISTING)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> of(READ, CREATE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> of(CREATE_NEW)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> of(TRUNCATE_EXISTING)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_unsupportedOptions_areRefusedByName() {
        assertThatThrownBy(() -> of(WRITE, DELETE_ON_CLOSE))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("DELETE_ON_CLOSE");
        assertThatThrownBy(() -> of(SPARSE)).hasMessageContaining("SPARSE");
        assertThatThrownBy(() -> of(LinkOption.NOFOLLOW_LINKS)).hasMessageContaining("NOFOLLOW_LINKS");
    }
}
