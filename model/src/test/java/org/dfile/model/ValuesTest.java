package org.dfile.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stamps, versions, hashes and changes: what can be made of them, and what cannot. */
class ValuesTest {

    private static final SessionId SESSION = new SessionId(new UUID(1, 2));
    private static final StageId STAGE = new StageId(new UUID(3, 4));
    private static final Bytes CHUNK = Bytes.of(new byte[Limits.MAX_CHUNK_BYTES]);
    private static final Bytes TOO_MUCH = Bytes.of(new byte[Limits.MAX_CHUNK_BYTES + 1]);
    private static final long END = Limits.MAX_FILE_BYTES;

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 1", "100, 37", "9223372036854775807, 9223372036854775800"})
    void stamp_good_isMade(long number, long first) {
        assertThat(new Stamp(SESSION, number, first, FileVersion.NONE).number()).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "1, 2", "-1, -1", "65, 1", "100, 36"})
    void stamp_bad_isRefused(long number, long first) {
        assertThatThrownBy(() -> new Stamp(SESSION, number, first, FileVersion.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("number " + number);
    }

    @Test
    void fileVersions_areOrderedByGenerationThenSeq() {
        List<FileVersion> ordered =
                List.of(FileVersion.NONE, new FileVersion(1, 1), new FileVersion(1, 9), new FileVersion(2, 3));

        assertThat(ordered.stream().sorted()).isEqualTo(ordered);
        assertThat(new FileVersion(2, 3)).hasToString("2.3");
        assertThatThrownBy(() -> new FileVersion(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FileVersion(0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Expected value: {@code (head -c 32 /dev/zero; printf step) | sha256sum}. */
    @Test
    void chainHash_isSha256OverTheHashBeforeAndTheStep() {
        ChainHash hash = ChainHash.NONE.then("step".getBytes(StandardCharsets.US_ASCII));

        assertThat(hash.hex()).isEqualTo("ed7cd1817abb3d5bf0ac41b5143f3336ef30d058b062939419546a21d31549f9");
        assertThat(hash).hasToString(hash.hex().substring(0, 16)).isEqualTo(ChainHash.of(hash.bytes()));
        assertThat(hash.then(new byte[0])).isNotEqualTo(hash);
        assertThatThrownBy(() -> new ChainHash("00")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void change_atItsLimits_isMade() {
        assertThatCode(() -> {
                    new Change.Write(0, END - CHUNK.byteCount(), CHUNK);
                    new Change.Append(0, true, CHUNK);
                    new Change.Replace(WriteMode.REPLACE, CHUNK);
                    new Change.Publish(WriteMode.REPLACE, STAGE, END);
                    new Change.Truncate(Long.MAX_VALUE, END);
                })
                .doesNotThrowAnyException();
        assertThat(new Change.Truncate(0, 1).bytes()).isSameAs(Bytes.EMPTY);
        assertThat(new Change.Append(0, true, CHUNK).bytes()).isSameAs(CHUNK);
    }

    @TestFactory
    Stream<DynamicTest> change_overALimit_isRefused() {
        Stream<Executable> bad = Stream.of(
                () -> new Change.Write(-1, 0, Bytes.EMPTY),
                () -> new Change.Write(0, -1, Bytes.EMPTY),
                () -> new Change.Write(0, END - CHUNK.byteCount() + 1, CHUNK),
                () -> new Change.Write(0, Long.MAX_VALUE, CHUNK),
                () -> new Change.Write(0, 0, TOO_MUCH),
                () -> new Change.Append(-1, true, Bytes.EMPTY),
                () -> new Change.Append(0, true, TOO_MUCH),
                () -> new Change.Replace(WriteMode.REPLACE, TOO_MUCH),
                () -> new Change.Publish(WriteMode.REPLACE, STAGE, -1),
                () -> new Change.Publish(WriteMode.REPLACE, STAGE, END + 1),
                () -> new Change.Truncate(-1, 0),
                () -> new Change.Truncate(0, -1),
                () -> new Change.Truncate(0, END + 1),
                () -> new Change.Delete(-1));
        return bad.map(make -> DynamicTest.dynamicTest(
                "bad change", () -> assertThatThrownBy(make::execute).isInstanceOf(IllegalArgumentException.class)));
    }

    @Test
    void version_isThatOfTheBuild() {
        assertThat(Version.TEXT).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
