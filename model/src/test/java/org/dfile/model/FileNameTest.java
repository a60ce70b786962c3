package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileNameTest {

    private static final String SEGMENT_255 = "s".repeat(255);
    private static final String NAME_4095 = (SEGMENT_255 + "/").repeat(15) + SEGMENT_255;
    private static final String NAME_4096 = (SEGMENT_255 + "/").repeat(15) + "s".repeat(254) + "/s";

    static Stream<String> goodNames() {
        return Stream.of(
                "a",
                "a/b",
                "...",
                "..a",
                ".hidden/.x",
                "a.",
                " ",
                "a b/c\\d",
                "%2e%2e",
                "\u0001",
                "\n",
                "$",
                "日本語/ファイル",
                "\uD83D\uDE80",
                SEGMENT_255,
                "ü".repeat(127) + "x",
                NAME_4095,
                NAME_4096);
    }

    static Stream<Arguments> badNames() {
        return Stream.of(
                Arguments.of("", "empty"),
                Arguments.of("/", "a segment is empty"),
                Arguments.of("/a", "a segment is empty"),
                Arguments.of("a/", "a segment is empty"),
                Arguments.of("a//b", "a segment is empty"),
                Arguments.of(".", "'.' or '..'"),
                Arguments.of("..", "'.' or '..'"),
                Arguments.of("a/./b", "'.' or '..'"),
                Arguments.of("a/..", "'.' or '..'"),
                Arguments.of("../a", "'.' or '..'"),
                Arguments.of("a\0b", "NUL"),
                Arguments.of("a/\0", "NUL"),
                Arguments.of("\uD83D", "surrogate"),
                Arguments.of("a/\uDE80b", "surrogate"),
                Arguments.of(SEGMENT_255 + "s", "256 bytes, at most 255"),
                Arguments.of("ü".repeat(128), "256 bytes, at most 255"),
                Arguments.of("a/" + SEGMENT_255 + "s/b", "256 bytes, at most 255"),
                Arguments.of(NAME_4096 + "s", "4097 bytes, at most 4096"));
    }

    @ParameterizedTest
    @MethodSource("goodNames")
    void of_goodName_keepsEveryByte(String text) {
        FileName name = FileName.of(text);

        assertThat(name).hasToString(text).isEqualTo(FileName.ofUtf8(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(name.utf8()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(name.byteCount()).isEqualTo(name.utf8().length);
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void of_badName_isRefusedWithTheRule(String text, String rule) {
        assertThatThrownBy(() -> FileName.of(text))
                .isInstanceOf(InvalidFileNameException.class)
                .hasMessageStartingWith("not a file name: \"")
                .hasMessageContaining(rule);
    }

    @Test
    void of_longBadName_isQuotedInPart() {
        assertThatThrownBy(() -> FileName.of("x".repeat(10_000)))
                .message()
                .hasSizeLessThan(200)
                .contains("10000 bytes");
    }

    @Test
    void ofUtf8_bytesThatAreNotUtf8_areRefused() {
        List<byte[]> bad = List.of(
                new byte[] {(byte) 0xff},
                new byte[] {'a', (byte) 0xc0, (byte) 0xae}, // '.' in too many bytes
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half of a surrogate pair
                new byte[] {(byte) 0xc3});
        for (byte[] bytes : bad) {
            assertThatThrownBy(() -> FileName.ofUtf8(bytes))
                    .as(Arrays.toString(bytes))
                    .isInstanceOf(InvalidFileNameException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @Test
    void namesThatLookAlike_areTwoNames() {
        FileName composed = FileName.of("\u00fcbersicht");
        FileName decomposed = FileName.of("u\u0308bersicht");

        assertThat(composed).isNotEqualTo(decomposed);
        assertThat(composed.slot()).isNotEqualTo(decomposed.slot());
    }

    /** UTF-16 order would put the rocket (a surrogate pair) before U+FF21. */
    @Test
    void order_isThatOfUnsignedBytes() {
        List<FileName> ordered = Stream.of("A", "a", "a!", "a/b", "a0", "ab", "ü", "\uFF21", "\uD83D\uDE80")
                .map(FileName::of)
                .toList();

        assertThat(ordered.stream().sorted()).isEqualTo(ordered);
        assertThat(FileName.of("a")).isEqualByComparingTo(FileName.of("a")).hasSameHashCodeAs(FileName.of("a"));
    }

    @Test
    void utf8_changedByItsCaller_leavesTheNameAlone() {
        FileName name = FileName.of("ab");
        name.utf8()[0] = 'x';

        assertThat(name.utf8()).isEqualTo(new byte[] {'a', 'b'});
    }
}
