package org.dfile.manager.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.dfile.manager.files.LocalNames.NoCounterpartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalNamesTest {

    private static final Path DIRECTORY = Path.of("/some/where");

    static String[] oddNames() {
        return new String[] {
            "a",
            "a/b/c",
            "with space/ and more ",
            "-r",
            "--",
            "~",
            "*",
            "a\\b",
            "..\\..\\x",
            "C:\\x",
            "...",
            "a/..b",
            ".hidden",
            "ünï/日本/🙂",
            "new\nline",
            "x".repeat(255),
            "ä".repeat(127) + "/" + "y".repeat(255)
        };
    }

    @ParameterizedTest
    @MethodSource("oddNames")
    void pathOf_oddName_mapsBackToTheSame(String name) throws Exception {
        Path path = LocalNames.pathOf(DIRECTORY, name);
        assertThat(path.normalize()).isEqualTo(path).startsWithRaw(DIRECTORY);
        assertThat(LocalNames.nameOf(DIRECTORY.relativize(path))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../x", "a/../../x", "a/..", ".", "a/./b", "/etc/passwd", "a//b", "a/", "a\0b"})
    void pathOf_whatCouldLeadElsewhere_isRefused(String name) {
        assertThatThrownBy(() -> LocalNames.pathOf(DIRECTORY, name)).isInstanceOf(NoCounterpartException.class);
    }

    @Test
    void pathOf_refused_quotesTheSegment() {
        assertThatThrownBy(() -> LocalNames.pathOf(DIRECTORY, "a/../b")).hasMessageContaining("\"..\"");
    }
}
